import type { Settings } from '../config/settings';

/** What a phone or a computer shows of the site when somebody keeps it among their apps. */
export function manifestOf(
  { APP_NAME: name }: Pick<Settings, 'APP_NAME'>,
  addressOf: (path: string) => string,
): string {
  const icon = (path: string, sizes: string, type: string) => ({ src: addressOf(path), sizes, type });
  return JSON.stringify({
    name,
    short_name: name,
    start_url: '/',
    display: 'minimal-ui',
    background_color: '#f7f6fb',
    theme_color: '#ffffff',
    icons: [
      icon('/assets/favicon.svg', 'any', 'image/svg+xml'),
      icon('/assets/icon-192.png', '192x192', 'image/png'),
      { ...icon('/assets/icon-512.png', '512x512', 'image/png'), purpose: 'maskable' },
    ],
  });
}
