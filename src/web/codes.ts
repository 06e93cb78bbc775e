import type { AccessMap } from '../access/access-map';
import { isPermission, meaningOf } from '../access/catalogue';
import { inThirdPerson, withinSentence } from '../text/third-person';

/** `GET /admin`, and what could be a permission, where neither is part of something longer. */
const codes = /(?<![\w@./-])(?:[A-Z]{3,} \/(?:[^\s,;"]*[^\s,;".)])?|[a-z]\w*(?:-\w+)+)(?![\w@-])/g;

/** Shows routes and permissions, which code and records name by a code, by what people call them. All of it is HTML. */
export class Codes {
  constructor(
    private readonly accessMap: Pick<AccessMap, 'entryOf'>,
    private readonly escape: (text: string) => string,
  ) {}

  /** What it is called: "Read the audit log". The code itself where it has no words, or is gone. */
  wordsOf(code: string): string {
    const words = this.saidOf(code);
    return words === null ? this.asCode(code) : this.escape(words);
  }

  /** What somebody can do who has it, in a sentence to them or about them: "read the audit log", "see their own account". */
  abilityOf(code: string, isReader: boolean): string {
    const words = this.saidOf(code);
    if (words === null) return this.asCode(code);
    return this.escape(withinSentence(isReader ? words : inThirdPerson(words)));
  }

  /** The code behind its words: "GET /admin/audit". Nothing where it stands in their place. */
  codeOf(code: string): string {
    if (this.saidOf(code) === null) return '';
    return ` <small>${this.asCode(this.accessMap.entryOf(code)?.code ?? code)}</small>`;
  }

  /** The words with the code behind them. */
  called(code: string): string {
    return this.wordsOf(code) + this.codeOf(code);
  }

  /** A sentence of ours with the codes in it: each route by its title, and each permission as code. */
  marked(text: string): string {
    if (this.accessMap.entryOf(text)) return this.called(text);
    return this.replaced(text, (code) => this.quoted(code));
  }

  /** The same for people who have no use for codes: all that has words is called by them alone. */
  plainly(text: string): string {
    if (this.saidOf(text) !== null) return this.wordsOf(text);
    return this.replaced(text, (code) => (this.saidOf(code) === null ? this.quoted(code) : `“${this.wordsOf(code)}”`));
  }

  private replaced(text: string, put: (code: string) => string): string {
    const between = text.split(codes);
    const within = [...text.matchAll(codes)].map(([code]) => put(code));
    return between.map((part, i) => this.escape(part) + (within[i] ?? '')).join('');
  }

  private quoted(code: string): string {
    if (this.accessMap.entryOf(code)?.title) return `“${this.wordsOf(code)}”${this.codeOf(code)}`;
    return code.includes(' /') || isPermission(code) ? this.asCode(code) : this.escape(code);
  }

  private saidOf(code: string): string | null {
    if (isPermission(code)) return meaningOf(code);
    return this.accessMap.entryOf(code)?.title ?? null;
  }

  private asCode(code: string): string {
    return `<code>${this.escape(code)}</code>`;
  }
}
