import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { mounts } from './mounts';
import type { SiteAdapter } from './site-adapter';

const words: Record<number, string> = {
  400: 'The request could not be understood.',
  408: 'The request took too long to arrive. Send it again.',
  413: 'The request is too large.',
  417: 'What the request expects can not be fulfilled.',
  431: 'The headers of the request are too large. Delete the cookies of this site in your browser, then try again.',
};

const statuses: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/**
 * Answers what Node refuses before it is a request, and so before any middleware sees it, with the headers of every other
 * answer and in words.
 */
export function answerProtocolErrors(site: SiteAdapter, headers: Record<string, string>): void {
  site.hear(mounts.protocolErrors, {
    clientError: (error: NodeJS.ErrnoException, socket: Duplex) => {
      if (!socket.writable || hasBegunToAnswer(socket)) return void socket.destroy();
      socket.end(wholeAnswer(statuses[error.code ?? ''] ?? 400, headers));
    },
    checkExpectation: (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(417, { ...headers, ...plainText }).end(words[417]);
    },
  });
  // Left to Node, a request without one gets an answer without headers or words; requestTarget refuses it instead.
  Object.assign(site.getHttpServer(), { requireHostHeader: false });
}

const plainText = { 'Content-Type': 'text/plain; charset=utf-8' };

/** Node's own answer to an error looks here too: a second answer inside the first would corrupt it. */
function hasBegunToAnswer(socket: Duplex): boolean {
  const answer = Reflect.get(socket, '_httpMessage') as ServerResponse | null | undefined;
  return answer?.headersSent === true;
}

function wholeAnswer(status: number, headers: Record<string, string>): string {
  const body = `${words[status]}\n`;
  const lines = Object.entries({ ...headers, ...plainText, 'Content-Length': body.length, Connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`;
}
