import { createHash, createSign, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import type { Page, Person } from './person';

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const WITH_KEY = 0x40;

/** What a page is told that makes or asks for one. */
export interface PasskeyOptions {
  challenge: string;
  user: { id: string };
  rp: { id: string };
  rpId: string;
}

interface Made {
  challenge: string;
  origin?: string;
  flags?: number;
  counter?: number;
  userHandle?: string | null;
}

/** A passkey as a device has it, which answers as it is told to: Web Authentication, level 3, with P-256 and no attestation. */
export class SoftwarePasskey {
  readonly id = randomBytes(16);
  private readonly privateKey: KeyObject;
  private readonly coordinates: { x: Buffer; y: Buffer };
  private handle = '';
  counter = 0;

  constructor(
    private readonly origin: string,
    private readonly rpId = new URL(origin).hostname,
  ) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.privateKey = privateKey;
    this.coordinates = { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
  }

  /** Adds it to the account of who is signed in. */
  async addTo(person: Person, name = 'Phone'): Promise<Page> {
    const options = await passkeyOptionsOf(person, '/account/passkeys/options');
    return person.post('/account/passkeys', { name, credential: this.made(options) });
  }

  /** Signs in by it: alone, or after the password. */
  async signIn(person: Person): Promise<Page> {
    const { challenge } = await passkeyOptionsOf(person, '/login/passkey/options');
    return person.post('/login/passkey', { credential: this.answer({ challenge }) });
  }

  /** What a browser hands to the page that adds it. */
  made(options: { challenge: string; user: { id: string } }, more: Partial<Made> = {}): string {
    this.handle = options.user.id;
    const authData = this.authenticatorData({ ...options, ...more, flags: (more.flags ?? 0x05) | WITH_KEY }, true);
    const attestation = Buffer.concat([
      Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461', 'hex'),
      Buffer.from([0x58, authData.length]),
      authData,
    ]);
    const clientDataJSON = this.clientData('webauthn.create', { ...options, ...more });
    return this.json({ clientDataJSON, attestationObject: attestation.toString('base64url') });
  }

  /** What a browser hands to the page that signs in. */
  answer(made: Made): string {
    const authData = this.authenticatorData({ counter: ++this.counter, ...made }, false);
    const clientDataJSON = this.clientData('webauthn.get', made);
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    const signature = createSign('sha256').update(signed).sign(this.privateKey).toString('base64url');
    const userHandle = made.userHandle === undefined ? this.handle : made.userHandle;
    return this.json({ clientDataJSON, authenticatorData: authData.toString('base64url'), signature, userHandle });
  }

  private json(response: object): string {
    const id = this.id.toString('base64url');
    return JSON.stringify({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response });
  }

  private clientData(type: string, { challenge, origin = this.origin }: Made): string {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url');
  }

  private authenticatorData({ flags = USER_PRESENT | USER_VERIFIED, counter = 0 }: Made, withKey: boolean): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const key = withKey ? [Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, this.publicKey()] : [];
    return Buffer.concat([sha256(Buffer.from(this.rpId)), Buffer.from([flags]), count, ...key]);
  }

  private publicKey(): Buffer {
    const { x, y } = this.coordinates;
    return Buffer.concat([Buffer.from('a5010203262001215820', 'hex'), x, Buffer.from('225820', 'hex'), y]);
  }
}

export async function passkeyOptionsOf(person: Person, path: string): Promise<PasskeyOptions> {
  return (await person.post(path, {}, { accept: 'application/json' })).json<PasskeyOptions>();
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
