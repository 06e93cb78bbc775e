import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { RecordInPath, Records } from './record-rule';

const WANTED = new WeakMap<object, RecordInPath[]>();
const records = new WeakMap<Request, Records>();

const inject = createParamDecorator((record: RecordInPath, context: ExecutionContext) =>
  records.get(context.switchToHttp().getRequest<Request>())?.get(record),
);

/**
 * A parameter: the record that the path names, as the guard found it, read once. An unknown one is answered as an unknown
 * address before the handler runs.
 */
export function Found(record: RecordInPath): ParameterDecorator {
  return (target, name, index) => {
    const handler = Reflect.get(target, name ?? '') as object;
    WANTED.set(handler, [...(WANTED.get(handler) ?? []), record]);
    inject(record)(target, name, index);
  };
}

/** The records that a handler takes as parameters. */
export function wantedBy(handler: object): readonly RecordInPath[] {
  return WANTED.get(handler) ?? [];
}

/** Keeps what the guard found for the handler. */
export function keepFound(request: Request, found: Records): void {
  records.set(request, found);
}
