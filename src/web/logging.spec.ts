import { siteLogger } from './logging';

describe('a line of the log', () => {
  it.each([true, false])('holds no control sign that somebody sent; in production: %s', (isProduction) => {
    const written: string[] = [];
    const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(written.push(String(text))));
    const logger = siteLogger({ LOG_LEVEL: 'info', isProduction } as Parameters<typeof siteLogger>[0]);
    logger.warn('it came from http://x\u009b31mFAKE\u0085y\u2028z\u007f');
    logger.warn({ event: 'told', by: 'x\u009b31m\u2029' });
    spy.mockRestore();
    expect(written).toHaveLength(2);
    for (const line of written) expect(line).not.toMatch(/[\u007f-\u009f\u2028\u2029]/);
    expect(written[0]).toContain('\\u009b31mFAKE\\u0085y');
  });
});
