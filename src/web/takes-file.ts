import { isUtf8 } from 'node:buffer';
import {
  applyDecorators,
  FileTypeValidator,
  HttpException,
  HttpStatus,
  Injectable,
  mixin,
  PayloadTooLargeException,
  UnprocessableEntityException,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import type { Request, Response } from 'express';
import { EMPTY, type Observable } from 'rxjs';
import { AccessMap } from '../access/access-map';
import { Access } from '../access/access.service';
import { forUsersOnly } from '../access/current-user';
import { RequiredFactor } from '../access/required-factor';
import { RolesGuard } from '../access/roles.guard';
import type { Form } from '../forms/form';
import { RefusedFile, SentFile, type FileTerms } from '../forms/sent-file';
import { identifyAgain } from '../sessions/session';
import { UploadRoom } from './upload-room';

/** For the other fields of the form, and for what stands between the parts. */
const BESIDE_THE_FILE = 128 * 1024;

const HANDLERS = new WeakSet<object>();

/** Whatever its fields are. */
type FileForm = Pick<Form<Record<never, never>>, 'fileField'>;

/**
 * On the handler that takes a form with a file by `@Body(form)`: its route takes `multipart/form-data`, and reads it only
 * for somebody whom its rule lets in. It is asked again when all of it is there.
 */
export function TakesFile(form: FileForm): MethodDecorator {
  return applyDecorators(
    (_target: object, _name?: string | symbol, descriptor?: TypedPropertyDescriptor<unknown>) => {
      HANDLERS.add(descriptor?.value as object);
      forUsersOnly(descriptor?.value as object, 'takes a file, but its rule lets visitors in');
    },
    UseInterceptors(readerOf(form.fileField)),
  );
}

export function takesFile(handler: object): boolean {
  return HANDLERS.has(handler);
}

/** As multer has read it. */
interface ReadFile {
  mimetype: string;
  size: number;
  buffer: Buffer;
}

type FormRequest = Request & { file?: ReadFile };

function readerOf({ name, ...terms }: FileTerms & { name: string }): Type<NestInterceptor> {
  const Multipart = FileInterceptor(name, {
    limits: { fileSize: terms.most, files: 1, fields: 1000, fieldSize: BESIDE_THE_FILE, headerPairs: 20 },
  });
  const multipart = new Multipart();

  @Injectable()
  class FileReader implements NestInterceptor {
    private readonly guard: RolesGuard;

    constructor(
      accessMap: AccessMap,
      access: Access,
      requiredFactor: RequiredFactor,
      private readonly room: UploadRoom,
    ) {
      this.guard = new RolesGuard(accessMap, access, requiredFactor);
    }

    async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
      const request = context.switchToHttp().getRequest<FormRequest>();
      this.room.take(request, context.switchToHttp().getResponse<Response>(), sizeOf(request, terms));
      const file = await this.read(context, request);
      // Much can have ended while it was on its way.
      await identifyAgain(request);
      await this.guard.canActivate(context);
      if (file) (request.body as Record<string, unknown>)[name] = file;
      return next.handle();
    }

    private async read(context: ExecutionContext, request: FormRequest): Promise<SentFile | RefusedFile | null> {
      try {
        await multipart.intercept(context, { handle: () => EMPTY });
      } catch (error) {
        if (error instanceof PayloadTooLargeException) return new RefusedFile('size');
        throw error instanceof HttpException && error.getStatus() < 500 ? notAsShown() : error;
      }
      const { file } = request;
      delete request.file;
      return file ? asSent(file, terms) : null;
    }
  }
  return mixin(FileReader);
}

/** @throws HttpException for a body that says no length, or one that no file of the form could have */
function sizeOf({ headers }: Request, { most }: FileTerms): number {
  const size = Number(headers['content-length']);
  if (!Number.isSafeInteger(size)) throw new HttpException('Say how long the form is.', HttpStatus.LENGTH_REQUIRED);
  if (size <= most + BESIDE_THE_FILE) return size;
  throw new PayloadTooLargeException(
    `The file is too large, so nothing was saved: ${Math.floor(most / 1000)} kB is the most.`,
  );
}

function notAsShown() {
  return new UnprocessableEntityException('Send the form as it was shown, with one file.');
}

/** By its content: what a browser says of a file is anybody's word. */
async function asSent(file: ReadFile, { types }: FileTerms): Promise<SentFile | RefusedFile> {
  const said = file.mimetype;
  const isFound = await new FileTypeValidator({ fileType: /^/, overrideMimeType: true }).isValid(file);
  const type = isFound ? file.mimetype : said.startsWith('text/') && isText(file.buffer) ? said : '';
  return types.includes(type) ? new SentFile(type, file.buffer) : new RefusedFile('type');
}

function isText(content: Buffer): boolean {
  return isUtf8(content) && !content.includes(0);
}
