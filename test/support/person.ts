type Fields = Record<string, string>;

/** Somebody with a browser: keeps the cookie, follows no redirect by themselves. */
export class Person {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly origin: string) {}

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  set cookie(text: string) {
    this.cookies.clear();
    for (const pair of text.split('; ')) {
      const [name = '', value = ''] = pair.split('=');
      if (name) this.cookies.set(name, value);
    }
  }

  get(path: string, headers: Fields = {}): Promise<Page> {
    return this.send('GET', path, { headers });
  }

  post(path: string, fields: Fields = {}, headers: Fields = {}): Promise<Page> {
    return this.send('POST', path, { headers, body: new URLSearchParams(fields) });
  }

  async send(
    method: string,
    path: string,
    { headers = {}, body }: { headers?: Fields; body?: BodyInit } = {},
  ): Promise<Page> {
    const cookie = this.cookie;
    const response = await fetch(this.origin + path, {
      method,
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie ? { cookie } : {}), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    return new Page(response.status, response.headers, await response.text());
  }

  signIn(email: string, password: string, more: Fields = {}): Promise<Page> {
    return this.post('/login', { email, password, ...more });
  }

  register(email: string, password: string, more: Fields = {}): Promise<Page> {
    return this.post('/register', { email, password, password_confirm: password, ...more });
  }

  async isSignedIn(): Promise<boolean> {
    return (await this.get('/account')).status === 200;
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';');
    const [name = '', value = ''] = pair.split('=');
    const isTakenBack = attributes.some((attribute) => /expires=Thu, 01 Jan 1970/i.test(attribute));
    if (isTakenBack) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

export class Page {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly body: string,
  ) {}

  get location(): string | null {
    return this.headers.get('location');
  }

  get title(): string {
    return /<title>([^<]*)<\/title>/.exec(this.body)?.[1] ?? '';
  }

  get h1(): string {
    const heading = /<h1[^>]*>(.*?)<\/h1>/s.exec(this.body)?.[1] ?? '';
    return heading.replace(/<[^>]*>/g, '').trim();
  }

  json<T = Record<string, unknown>>(): T {
    return JSON.parse(this.body) as T;
  }
}
