import type { Transporter } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import type { MailServer } from '../config/mail-address';

const SECONDS = 1000;

/** The way to the mail server: each message by a connection of its own, so that a broken one harms no other. */
export async function transportTo(server: MailServer): Promise<Transporter<SMTPTransport.SentMessageInfo>> {
  const { createTransport } = await import('nodemailer');
  const { host, port, isTlsFromStart, tls, credentials } = server;
  return createTransport({
    host,
    port,
    secure: isTlsFromStart,
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    ...(credentials ? { auth: { user: credentials.user, pass: credentials.password } } : {}),
    connectionTimeout: 8 * SECONDS,
    greetingTimeout: 8 * SECONDS,
    socketTimeout: 15 * SECONDS,
    dnsTimeout: 5 * SECONDS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Whose fault it is that a mail was not sent: of the server or the way to it, which holds for all mails, or of this mail. */
export type Failure = { readonly of: 'server' | 'mail'; readonly isPermanent: boolean; readonly fault: string };

/** Where a server speaks of this mail and its recipient; before, it speaks of whoever sends. */
const ABOUT_THE_MAIL = ['RCPT TO', 'DATA'];
/** nodemailer itself, of an address or a size that no server would take. */
const REFUSED_BEFORE = ['EENVELOPE', 'EMESSAGE'];

interface Said {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
  message?: string;
}

export function failureOf(error: unknown): Failure {
  const { code = '', command = '', responseCode } = Object(error) as Said;
  const fault = printable(inWords(Object(error) as Said));
  if (responseCode === undefined)
    return REFUSED_BEFORE.includes(code)
      ? { of: 'mail', isPermanent: true, fault }
      : { of: 'server', isPermanent: false, fault };
  // 421: the server is going away, whatever it was asked.
  if (!ABOUT_THE_MAIL.includes(command) || responseCode === 421) return { of: 'server', isPermanent: false, fault };
  return { of: 'mail', isPermanent: responseCode >= 500, fault };
}

/** What the server said, or Node of the way to it, and what of that an administrator could not tell by themselves. */
function inWords({ code = '', command, response, message }: Said): string {
  const said = response ?? message ?? code;
  if (command === 'STARTTLS' || /SSL routines/.test(said))
    return `The mail server does not encrypt as MAIL_URL says, so nothing was sent: ${said}`;
  if (response === undefined && /certificate/i.test(said))
    return `The certificate of the mail server is not trusted, so nothing was sent: ${said}`;
  return said;
}

function printable(text: string): string {
  return [...text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()].slice(0, 255).join('');
}
