import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** The files of a server's certificate and key. */
export interface CertificateFiles {
  cert: string;
  key: string;
}

/** An authority that a test trusts, or does not; its certificates are for this machine, unless they are for another one. */
export class Authority {
  private constructor(
    private readonly folder: string,
    private readonly keys: CryptoKeyPair,
    private readonly certificate: X509Certificate,
  ) {}

  static async make(folder: string): Promise<Authority> {
    const keys = await newKeys();
    const extensions = [new BasicConstraintsExtension(true, 0, true)];
    const name = 'CN=Authority of the tests';
    const signing = { keys, signingAlgorithm: algorithm };
    const certificate = await X509CertificateGenerator.createSelfSigned({ name, ...signing, extensions });
    await writeFile(join(folder, 'authority.pem'), certificate.toString('pem'));
    return new Authority(folder, keys, certificate);
  }

  /** For NODE_EXTRA_CA_CERTS. */
  get file(): string {
    return join(this.folder, 'authority.pem');
  }

  async certify(host = '127.0.0.1'): Promise<CertificateFiles> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.create({
      subject: 'CN=Mail server of the tests',
      issuer: this.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [namesOf(host)],
    });
    return filesOf(this.folder, host, certificate, keys);
  }
}

/** A certificate that nobody has signed but itself. */
export async function selfSignedIn(folder: string): Promise<CertificateFiles> {
  const keys = await newKeys();
  const signing = { keys, signingAlgorithm: algorithm, extensions: [namesOf('127.0.0.1')] };
  const certificate = await X509CertificateGenerator.createSelfSigned({ name: 'CN=Nobody', ...signing });
  return filesOf(folder, 'self-signed', certificate, keys);
}

function newKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function namesOf(host: string): SubjectAlternativeNameExtension {
  return new SubjectAlternativeNameExtension([{ type: /^[\d.]+$/.test(host) ? 'ip' : 'dns', value: host }]);
}

async function filesOf(folder: string, name: string, certificate: X509Certificate, { privateKey }: CryptoKeyPair) {
  const files = { cert: join(folder, `${name}.cert.pem`), key: join(folder, `${name}.key.pem`) };
  await writeFile(files.cert, certificate.toString('pem'));
  await writeFile(files.key, KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }));
  return files;
}
