import * as nodeModule from 'node:module';
import { join } from 'node:path';

interface CachesCompiledCode {
  /** From Node.js 22.1 on. Says, and throws nothing, where the folder can't be written. */
  enableCompileCache?: (folder: string) => unknown;
}

// Imported first, so that the modules loaded after it start from what an earlier start has compiled of them.
(nodeModule as CachesCompiledCode).enableCompileCache?.(join(__dirname, '../node_modules/.cache/compiled'));
