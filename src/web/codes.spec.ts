import '../registered-features';
import { create } from 'hbs';
import type { MapEntry } from '../access/entries';
import { Codes } from './codes';

const login = { title: 'Sign <in>', code: 'GET, POST /login' } as MapEntry;
const untitled = { title: null, code: 'GET /untitled' } as MapEntry;
const entries: Record<string, MapEntry> = { 'GET /login': login, 'POST /login': login, 'GET /untitled': untitled };
const codes = new Codes({ entryOf: (name) => entries[name] }, create().handlebars.escapeExpression);

const signIn = 'Sign &lt;in&gt;';
const behind = ' <small><code>GET, POST /login</code></small>';

describe('a code', () => {
  it.each([
    ['POST /login', signIn, behind],
    ['GET /untitled', '<code>GET /untitled</code>', ''],
    ['GET /<gone>', '<code>GET /&lt;gone&gt;</code>', ''],
    ['users-read', 'See users', ' <small><code>users-read</code></small>'],
    ['tents-read', '<code>tents-read</code>', ''],
  ])('%s is told as %s', (code, words, detail) => {
    expect([codes.wordsOf(code), codes.codeOf(code)]).toEqual([words, detail]);
    expect(codes.called(code)).toBe(words + detail);
  });
});

describe('a sentence', () => {
  it.each([
    ['Asked for POST /login', `Asked for “${signIn}”${behind}`],
    ['POST /login', signIn + behind],
    ['GET /gone, GET /untitled.', '<code>GET /gone</code>, <code>GET /untitled</code>.'],
    ['GET / (and more)', '<code>GET /</code> (and more)'],
    [
      'Admin, or admin-read and admin-write; and users-read',
      'Admin, or <code>admin-read</code> and <code>admin-write</code>; and <code>users-read</code>',
    ],
    ['users-read@example.org, x.users-read, users-reader', 'users-read@example.org, x.users-read, users-reader'],
    ['<b>users-read</b>', '&lt;b&gt;<code>users-read</code>&lt;/b&gt;'],
    ['GO / AND GET/, a well-known tents-read', 'GO / AND GET/, a well-known tents-read'],
    ['', ''],
  ])('%s is told with its codes as codes', (text, html) => {
    expect(codes.marked(text)).toBe(html);
  });

  it.each([
    ['Asked for POST /login', `Asked for “${signIn}”`],
    ['users-read, GET /untitled and tents-read', '“See users”, <code>GET /untitled</code> and tents-read'],
    ['users-read', 'See users'],
    ['<b>', '&lt;b&gt;'],
  ])('%s is told with what has words by them alone', (text, html) => {
    expect(codes.plainly(text)).toBe(html);
  });
});
