import { TestEnvironment } from 'jest-environment-node';

/** Node's environment of Jest, in which what the application logs is printed only when the test that was running fails. */
export default class QuietEnvironment extends TestEnvironment {
  logged = [];

  async setup() {
    await super.setup();
    for (const name of ['stdout', 'stderr']) {
      const quiet = Object.create(process[name], { write: { value: (text) => this.keep(text), writable: true } });
      Object.defineProperty(this.global.process, name, { value: quiet });
    }
  }

  keep(text) {
    this.logged.push(text);
    return true;
  }

  handleTestEvent({ name, test }) {
    if (name === 'test_start') this.logged = [];
    const hasFailed = name === 'hook_failure' || (name === 'test_done' && test.errors.length > 0);
    if (hasFailed) process.stderr.write(this.logged.join(''));
  }
}
