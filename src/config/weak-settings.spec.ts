import { readSettings } from './settings';
import { weakSettings } from './weak-settings';

const strong = {
  NODE_ENV: 'production',
  APP_URL: 'https://mfo.example',
  TRUST_PROXY: 'loopback',
  SESSION_SECRET: 'Yb0pKx3n1VdQ5rTgWm8uJc7sZa2eLh9f',
  SECURITY_PASSWORD_SALT: 'q6PzX1vRk8Nw3yTbE5hMj0uGd7sCa4Lf',
  SUPERUSER_ID: 'boss@mfo.example',
  SUPERUSER_PASSWORD: 'tulip kettle ferry',
};
const repeated = 'ship-it-on-monday-ship-it-on-monday-';

describe('the settings of production', () => {
  const weaknessesWith = (changes: Record<string, string>) => weakSettings(readSettings({ ...strong, ...changes }));

  it('are not weak with secrets and an address of one’s own', async () => {
    expect(await weaknessesWith({})).toEqual([]);
    expect(
      await weaknessesWith({ SESSION_SECRET: `${strong.SESSION_SECRET},Qm8rT2vX5yB9eH3kN6qS1uW4zC7fJ0mP` }),
    ).toEqual([]);
  });

  it.each<[name: string, text: string, fault: string]>([
    ['SESSION_SECRET', '09876543210987654321098765432109', 'SESSION_SECRET: repeats itself'],
    ['SESSION_SECRET', repeated, 'SESSION_SECRET: repeats itself'],
    ['SESSION_SECRET', 'abcdefghijklmnopqrstuvwxyzabcdef', 'SESSION_SECRET: '],
    ['SESSION_SECRET', 'please-replace-me-before-you-deploy-this', 'SESSION_SECRET: is easy to guess'],
    ['SESSION_SECRET', `${strong.SESSION_SECRET},${repeated}`, 'SESSION_SECRET: repeats itself'],
    ['SESSION_SECRET', `${repeated},${strong.SESSION_SECRET}`, 'SESSION_SECRET: repeats itself'],
    ['SECURITY_PASSWORD_SALT', 'qwertyuiopasdfghjklzxcvbnm1234567890', 'SECURITY_PASSWORD_SALT: is easy to guess'],
    ['SECURITY_PASSWORD_SALT', strong.SESSION_SECRET, 'SECURITY_PASSWORD_SALT: is the same as SESSION_SECRET'],
    ['SECURITY_PASSWORD_SALT', ` ${strong.SESSION_SECRET}`, 'SECURITY_PASSWORD_SALT: is the same as SESSION_SECRET'],
    ['SUPERUSER_ID', 'Admin@FakeSite.com', 'SUPERUSER_ID: is the default address'],
    ['SUPERUSER_PASSWORD', 'Password1', 'SUPERUSER_PASSWORD: is one of the most common'],
    ['SUPERUSER_PASSWORD', 'root1234', 'SUPERUSER_PASSWORD: is '],
    ['SUPERUSER_PASSWORD', 'Boss@MFO.example', 'SUPERUSER_PASSWORD: is made of names'],
    ['SUPERUSER_PASSWORD', 'boss@mfo2026', 'SUPERUSER_PASSWORD: is made of names'],
    ['SUPERUSER_PASSWORD', 'music festival organizer!', 'SUPERUSER_PASSWORD: is made of names'],
    ['SUPERUSER_PASSWORD', strong.SECURITY_PASSWORD_SALT, 'SUPERUSER_PASSWORD: is the same as another secret'],
    ['SUPERUSER_PASSWORD', strong.SESSION_SECRET, 'SUPERUSER_PASSWORD: is the same as another secret'],
  ])('are weak with %s=%s, in a line without the value', async (name, text, fault) => {
    const weaknesses = await weaknessesWith({ [name]: text });
    expect(weaknesses).toEqual([expect.stringContaining(fault)]);
    expect(weaknesses.join()).not.toContain(text.trim());
    expect(weaknesses.join()).not.toContain('\n');
  });

  it('have a line for each weak variable, and one only', async () => {
    const weaknesses = await weaknessesWith({
      SESSION_SECRET: repeated,
      SECURITY_PASSWORD_SALT: repeated,
      SUPERUSER_ID: 'admin@fakesite.com',
      SUPERUSER_PASSWORD: repeated,
    });
    expect(weaknesses.map((line) => line.split(':')[0])).toEqual([
      'SESSION_SECRET',
      'SECURITY_PASSWORD_SALT',
      'SUPERUSER_ID',
      'SUPERUSER_PASSWORD',
    ]);
  });

  it('take the name of the site for one that is easy to find out', async () => {
    expect(await weaknessesWith({ SUPERUSER_PASSWORD: 'woodstock-1969' })).toEqual([]);
    expect(await weaknessesWith({ SUPERUSER_PASSWORD: 'woodstock-1969', APP_NAME: 'Woodstock' })).toHaveLength(1);
  });

  it('alone are judged, not those of a developer', async () => {
    expect(
      await weaknessesWith({ NODE_ENV: 'development', SESSION_SECRET: 'x', SUPERUSER_ID: 'admin@fakesite.com' }),
    ).toEqual([]);
  });
});
