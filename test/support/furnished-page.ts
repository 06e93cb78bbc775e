import { Furnished } from './furnished-site';
import { open } from './page-of-test';

// A site on which a lot is to be seen, which runs while the tests of the spec do that imports it.
export const furnished = new Furnished();
beforeAll(() => furnished.furnish());
afterAll(() => furnished.site.stop());

/** What an administrator sees. */
export async function openAsAdmin(
  path: string,
  { width = 1280, height = 800, javaScriptEnabled = true } = {},
): Promise<void> {
  const { site, cookies } = furnished;
  await open({ origin: site.origin, cookie: cookies.admin, path, viewport: { width, height }, javaScriptEnabled });
}
