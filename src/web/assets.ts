import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';
import type { Settings } from '../config/settings';
import { manifestOf } from './manifest';
import { caching, isWorthCompressing } from './response-policy';
import { stylesheetOf } from './stylesheet';

const root = join(__dirname, '../..');
const publicFolder = join(root, 'public');

const pico = join(root, 'node_modules/@picocss/pico/css/pico.css');
const passkeys = join(root, 'node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js');

const stylesheet = '/assets/site.css';
const manifest = '/site.webmanifest';

/** Files that browsers and robots look for at the root of a site; all others are under /assets. */
const atRoot = ['/favicon.ico', '/robots.txt', manifest];

/** Where static files answer, and nothing else does. */
export const assetPaths = ['/assets', ...atRoot];

const encoders = { br: promisify(brotliCompress), gzip: promisify(gzip) } as const;
type Encoding = keyof typeof encoders;

type AssetSettings = Pick<Settings, 'isProduction' | 'APP_NAME'>;
type Source = () => Buffer | string;

interface Asset {
  type: string;
  /** The mark of its content. */
  digest: string;
  content: Buffer;
  /** Compressed as well as can be, once somebody has asked for it so. */
  encoded: Partial<Record<Encoding, Promise<Buffer>>>;
}

/** Our static files, in memory. In development a changed file is seen at the next request. */
export class Assets {
  private readonly known = new Map<string, Asset>();
  private sources: ReadonlyMap<string, Source>;

  constructor(
    private readonly settings: AssetSettings,
    private readonly folder = publicFolder,
  ) {
    this.sources = this.sourcesByPath();
  }

  /** The address of a file with the mark of its content, so that it may be kept for ever. @throws Error for an unknown one */
  addressOf(path: string): string {
    const asset = this.find(path);
    if (!asset) throw new Error(`There is no file for "${path}".`);
    return `${path}?v=${asset.digest}`;
  }

  /** Sends a file; what it has none for is left to the routes. */
  readonly serve: RequestHandler = async (request, response, next) => {
    const asset = isRead(request) ? this.find(pathOf(request)) : undefined;
    if (asset) await send(asset, request, response);
    else next();
  };

  private find(path: string): Asset | undefined {
    if (!this.settings.isProduction) this.sources = this.sourcesByPath();
    const source = this.sources.get(path);
    if (source === undefined) return undefined;
    const known = this.known.get(path);
    if (known && this.settings.isProduction) return known;
    const content = Buffer.from(source());
    if (known?.content.equals(content)) return known;
    const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
    const asset = { type: extname(path), digest, content, encoded: {} };
    this.known.set(path, asset);
    return asset;
  }

  /** The files of the folder, and what is made of others. */
  private sourcesByPath(): Map<string, Source> {
    const files = readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const sources = new Map(files.map((file): [string, Source] => [this.pathOf(file), () => readFileSync(file)]));
    const ours = sources.get(stylesheet);
    if (ours) sources.set(stylesheet, () => stylesheetOf(readFileSync(pico, 'utf8'), ours().toString()));
    sources.set('/assets/simplewebauthn/index.umd.min.js', () => readFileSync(passkeys));
    return sources.set(manifest, () => manifestOf(this.settings, (path) => this.addressOf(path)));
  }

  private pathOf(file: string): string {
    const path = file.slice(this.folder.length).replaceAll('\\', '/');
    return atRoot.includes(path) ? path : `/assets${path}`;
  }
}

async function send(asset: Asset, request: Request, response: Response): Promise<void> {
  const isMarked = request.query.v === asset.digest;
  response.type(asset.type);
  response.setHeader('Cache-Control', isMarked ? caching.forever : caching.untilAsked);
  // One for every encoding: what they hold is the same.
  response.setHeader('ETag', `W/"${asset.digest}"`);
  response.setHeader('Vary', 'Accept-Encoding');
  const encoding = isWorthCompressing(asset.content.length, request, response) ? preferredBy(request) : null;
  if (!encoding) return void response.send(asset.content);
  asset.encoded[encoding] ??= encoders[encoding](asset.content);
  const body = await asset.encoded[encoding];
  response.setHeader('Content-Encoding', encoding);
  response.send(body);
}

function preferredBy(request: Request): Encoding | null {
  return (Object.keys(encoders) as Encoding[]).find((encoding) => request.acceptsEncodings(encoding)) ?? null;
}

function isRead({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** As it was asked for: below the place where a middleware is mounted Express cuts that place off. */
function pathOf({ originalUrl }: Request): string {
  return originalUrl.split('?', 1)[0] ?? '';
}
