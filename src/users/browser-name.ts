/** The first that matches counts: browsers name the ones that they are like, too. */
const browsers: readonly [string, RegExp][] = [
  ['Edge', /\bEdg(A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
];

const systems: readonly [string, RegExp][] = [
  ['Android', /\bAndroid\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Windows', /\bWindows\b/],
  ['Mac', /\bMacintosh\b/],
  ['Linux', /\bLinux\b/],
];

/** "Firefox on Windows", of what a browser says about itself; anybody can say anything. */
export function browserName(agent: string): string {
  const [browser, system] = [browsers, systems].map((known) => known.find(([, sign]) => sign.test(agent))?.[0]);
  return `${browser ?? 'Unknown browser'}${system ? ` on ${system}` : ''}`;
}
