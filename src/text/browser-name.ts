/** "Firefox on Windows", of what a browser says about itself; anybody can say anything, and only known names are repeated. */
export async function browserName(agent: string): Promise<string> {
  // Only pages that list sessions need it, and the site starts without it.
  const { default: bowser } = await import('bowser');
  const { browser, os, platform } = bowser.parse(agent || '-');
  const name = Object.values(bowser.BROWSER_MAP).find((known) => known === browser.name) ?? 'Unknown browser';
  const system = Object.values(bowser.OS_MAP).find((known) => known === os.name);
  return system ? `${name} on ${platform.model ?? system}` : name;
}
