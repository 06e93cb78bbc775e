// A mail server in a process of its own: what it is told comes as messages, and so does what it was given.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';

let server = null;
let port = 0;
let answers = {};
let accepted = 0;

const refusal = (said) => said && Object.assign(new Error(said.text), { responseCode: said.code });

async function listen({ tls, credentials, ...more }) {
  const certificate = tls && { key: readFileSync(tls.key), cert: readFileSync(tls.cert) };
  server = new SMTPServer({
    ...certificate,
    secure: tls?.fromStart ?? false,
    authOptional: !credentials,
    disabledCommands: [...(credentials ? [] : ['AUTH']), ...(tls ? [] : ['STARTTLS'])],
    closeTimeout: 0,
    ...more,
    onAuth: ({ username, password }, _session, done) =>
      username === credentials?.user && password === credentials?.password
        ? done(null, { user: username })
        : done(Object.assign(new Error('Wrong'), { responseCode: 535 })),
    onMailFrom: (_address, _session, done) => done(refusal(answers.from)),
    onRcptTo: ({ address }, _session, done) => done(refusal(answers.to?.[address] ?? answers.to?.['*'])),
    onData(stream, session, done) {
      const chunks = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', () => {
        if (answers.data) return done(refusal(answers.data));
        if (answers.silent) return process.send({ heard: session.envelope.rcptTo.map(({ address }) => address) });
        accepted += 1;
        const mail = Buffer.concat(chunks).toString('base64');
        const to = session.envelope.rcptTo.map(({ address }) => address);
        process.send({ mail, to, from: session.envelope.mailFrom.address, isSecure: session.secure, accepted });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  port = server.server.address().port;
  process.send({ port });
}

process.on('message', async (order) => {
  if (order.listen) await listen(order.listen);
  if (order.answers) {
    answers = order.answers;
    process.send({ done: true });
  }
  if (order.close) {
    await new Promise((resolve) => server.close(resolve));
    process.send({ done: true });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
