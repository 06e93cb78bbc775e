import { createServer, type AddressInfo } from 'node:net';

/** For a site that must know its address before it listens: passkeys and links in mails are for what it says of itself. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
