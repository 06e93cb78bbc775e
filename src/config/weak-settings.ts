import { weaknessOf } from './password-estimate';
import { isTyped } from './secret-strength';
import { defaultSuperuser, type Settings } from './settings';

interface Rule {
  name: 'SESSION_SECRET' | 'SECURITY_PASSWORD_SALT' | 'SUPERUSER_ID' | 'SUPERUSER_PASSWORD';
  /** What is said of it; null where nothing is wrong. */
  faultOf: (settings: Settings) => string | null | Promise<string | null>;
  /** Also where an installation runs already. */
  mend: string;
}

const ofSecret = async (secret: string, settings: Settings) =>
  (await weaknessOf(secret, namesIn(settings))) ?? (isTyped(secret) ? 'is easy to guess' : null);
const namesIn = ({ APP_NAME, SUPERUSER_ID }: Settings) => [APP_NAME, SUPERUSER_ID];

const ownSession = 'make your own, for instance with "openssl rand -base64 48"';
const ownSalt = `${ownSession}; where accounts exist it can't be changed, so let nobody see the database or its backups`;
const ownAccount = 'where its account exists already, change it on its page too';

/** What could be guessed. Each variable's first rule that holds is told. */
const rules: readonly Rule[] = [
  {
    name: 'SESSION_SECRET',
    faultOf: async (settings) => {
      const faults = await Promise.all(settings.SESSION_SECRET.map((secret) => ofSecret(secret, settings)));
      return faults.find((fault) => fault !== null) ?? null;
    },
    mend: ownSession,
  },
  {
    name: 'SECURITY_PASSWORD_SALT',
    faultOf: ({ SECURITY_PASSWORD_SALT, SESSION_SECRET }) =>
      [...SESSION_SECRET, SESSION_SECRET.join()].includes(SECURITY_PASSWORD_SALT.trim())
        ? 'is the same as SESSION_SECRET'
        : null,
    mend: 'give each a secret of its own; where accounts exist, change SESSION_SECRET and keep the salt',
  },
  {
    name: 'SECURITY_PASSWORD_SALT',
    faultOf: (settings) => ofSecret(settings.SECURITY_PASSWORD_SALT, settings),
    mend: ownSalt,
  },
  {
    name: 'SUPERUSER_ID',
    faultOf: ({ SUPERUSER_ID }) =>
      SUPERUSER_ID === defaultSuperuser ? 'is the default address, which everybody knows' : null,
    mend: 'name your own; where its account exists already, make another with the role Admin and delete it',
  },
  {
    name: 'SUPERUSER_PASSWORD',
    faultOf: ({ SUPERUSER_PASSWORD, SESSION_SECRET, SECURITY_PASSWORD_SALT }) =>
      [...SESSION_SECRET, SECURITY_PASSWORD_SALT].includes(SUPERUSER_PASSWORD) ? 'is the same as another secret' : null,
    mend: `choose another; ${ownAccount}`,
  },
  {
    name: 'SUPERUSER_PASSWORD',
    faultOf: (settings) => weaknessOf(settings.SUPERUSER_PASSWORD, namesIn(settings)),
    mend: `choose another, for instance three unrelated words; ${ownAccount}`,
  },
];

/** One line for each variable whose value others could guess, never the value itself; none but in production. */
export async function weakSettings(settings: Settings): Promise<string[]> {
  if (!settings.isProduction) return [];
  const told = new Map<string, string>();
  for (const { name, faultOf, mend } of rules) {
    const fault = told.has(name) ? null : await faultOf(settings);
    if (fault) told.set(name, `${name}: ${fault}; ${mend}.`);
  }
  return [...told.values()];
}
