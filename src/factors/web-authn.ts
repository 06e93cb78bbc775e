import type {
  AuthenticationResponseJSON,
  RegistrationResponseJSON,
  VerifiedAuthenticationResponse,
  VerifiedRegistrationResponse,
} from '@simplewebauthn/server';
import { z } from 'zod';

const text = z.string().max(20_000);
/** What the library looks at; the rest of what a browser sends is not passed on. */
const common = {
  id: text,
  rawId: text,
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
};
const registration = z.object({
  ...common,
  response: z.object({ clientDataJSON: text, attestationObject: text, transports: z.array(text).max(20).optional() }),
});
const authentication = z.object({
  ...common,
  response: z.object({
    clientDataJSON: text,
    authenticatorData: text,
    signature: text,
    userHandle: text.nullish().transform((handle) => handle ?? undefined),
  }),
});

/** The site as passkeys know it; of no header that a browser sends. */
export interface Site {
  id: string;
  origin: string;
}

export function siteOf(appUrl: string): Site {
  return { id: new URL(appUrl).hostname, origin: appUrl };
}

export function parseRegistration(json: string): RegistrationResponseJSON | null {
  return parsed(registration, json);
}

export function parseAuthentication(json: string): AuthenticationResponseJSON | null {
  return parsed(authentication, json);
}

function parsed<T>(schema: z.ZodType<T>, json: string): T | null {
  try {
    return schema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}

/** null for whatever is wrong with it: the library throws at what it can't read. */
export async function verifiedRegistration(
  response: RegistrationResponseJSON,
  expectedChallenge: string,
  site: Site,
): Promise<Extract<VerifiedRegistrationResponse, { verified: true }>['registrationInfo'] | null> {
  const { verifyRegistrationResponse } = await webAuthn();
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
    });
    return verified ? registrationInfo : null;
  } catch {
    return null;
  }
}

/** null for whatever is wrong with it, also where it counts less uses than before: then there is a copy of it. */
export async function verifiedAuthentication(
  response: AuthenticationResponseJSON,
  expectedChallenge: string,
  site: Site,
  key: { id: string; publicKey: string; counter: number },
): Promise<VerifiedAuthenticationResponse['authenticationInfo'] | null> {
  const { verifyAuthenticationResponse } = await webAuthn();
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge,
      expectedOrigin: site.origin,
      expectedRPID: site.id,
      requireUserVerification: true,
      credential: {
        id: key.id,
        publicKey: new Uint8Array(Buffer.from(key.publicKey, 'base64url')),
        counter: key.counter,
      },
    });
    return verified ? authenticationInfo : null;
  } catch {
    return null;
  }
}

/** Only who uses passkeys needs it, and the site starts without it. */
export function webAuthn() {
  return import('@simplewebauthn/server');
}
