import { Site } from './support/site';

const password = 'a password of a user';

describe('Without a mail server', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start();
  });
  afterAll(() => site.stop());

  it('an address is changed all the same, and a taken one is told beside its field, as at registering', async () => {
    const person = await site.user('alone@example.org', password);
    await site.user('taken@example.org', password);
    const taken = await person.post('/account/email', { email: 'taken@example.org' });
    expect([taken.status, taken.body.includes('id="email-error"')]).toEqual([422, true]);
    expect((await person.post('/account/email', { email: 'free@example.org' })).status).toBe(303);
    expect((await person.get('/account/email')).body).toContain('free@example.org');
  });
});
