import type { IncomingMessage, ServerResponse } from 'node:http';
import { Router } from 'express';
import fc from 'fast-check';
import { neverReached, patternOf, type ReachableRoute } from './reached-routes';

type Method = 'ALL' | 'GET' | 'POST' | 'HEAD';
const verbs = ['get', 'post', 'head', 'put'];

/** Routes in this order, each with its number as its handler. */
function routes(...declared: readonly (readonly [Method, string])[]): ReachableRoute[] {
  return declared.map(([method, path], i) => ({
    method,
    path,
    handler: `Pages.route${i}`,
    pattern: patternOf(path) as RegExp,
  }));
}

const hidden = (...declared: readonly (readonly [Method, string])[]) =>
  neverReached(routes(...declared)).map((sentence) => Number(/^Pages\.route(\d+) is never reached/.exec(sentence)![1]));

describe('a route is never reached', () => {
  it.each<[string, [Method, string][]]>([
    [
      'a parameter comes before the word',
      [
        ['GET', '/users/:id'],
        ['GET', '/users/new'],
      ],
    ],
    [
      'a parameter of another name comes first',
      [
        ['GET', '/users/:id'],
        ['GET', '/users/:name'],
      ],
    ],
    [
      'the same word comes first in capitals',
      [
        ['GET', '/Users'],
        ['GET', '/users'],
      ],
    ],
    [
      'ALL comes before GET',
      [
        ['ALL', '/users/:id'],
        ['GET', '/users/new'],
      ],
    ],
    [
      'GET comes before HEAD, which it answers too',
      [
        ['GET', '/users'],
        ['HEAD', '/users'],
      ],
    ],
    [
      'a wildcard comes first',
      [
        ['GET', '/files/*path'],
        ['GET', '/files/:id/rename'],
      ],
    ],
    [
      'the other is optional',
      [
        ['GET', '/users{/:id}'],
        ['GET', '/users'],
      ],
    ],
    [
      'each way to write it is taken',
      [
        ['GET', '/users'],
        ['GET', '/users/:id'],
        ['GET', '/users{/new}'],
      ],
    ],
    [
      'each length of it is taken',
      [
        ['GET', '/f/:a'],
        ['GET', '/f/:a/*rest'],
        ['GET', '/f/*path'],
      ],
    ],
    [
      'a part of a segment is a parameter',
      [
        ['GET', '/v:major'],
        ['GET', '/v:major.:minor'],
      ],
    ],
  ])('where %s', (_case, declared) => {
    expect(hidden(...declared)).toEqual([declared.length - 1]);
  });

  it.each<[string, [Method, string][]]>([
    [
      'the word comes first',
      [
        ['GET', '/users/new'],
        ['GET', '/users/:id'],
      ],
    ],
    [
      'one of the ways to write it is free',
      [
        ['GET', '/users'],
        ['GET', '/users{/:id}'],
      ],
    ],
    [
      'the other has another method',
      [
        ['POST', '/users/:id'],
        ['GET', '/users/new'],
      ],
    ],
    [
      'the other answers one of its methods',
      [
        ['GET', '/users/:id'],
        ['ALL', '/users/new'],
      ],
    ],
    [
      'the other answers HEAD alone',
      [
        ['HEAD', '/users/:id'],
        ['GET', '/users/new'],
      ],
    ],
    [
      'the other needs a segment more',
      [
        ['GET', '/users/:id/:tab'],
        ['GET', '/users/:id'],
      ],
    ],
    [
      'a length of it is free',
      [
        ['GET', '/f/:a'],
        ['GET', '/f/:a/:b/*rest'],
        ['GET', '/f/*path'],
      ],
    ],
    [
      'the other needs a dot',
      [
        ['GET', '/files/:name.:ext'],
        ['GET', '/files/:name'],
      ],
    ],
  ])('but not where %s', (_case, declared) => {
    expect(hidden(...declared)).toEqual([]);
  });

  it('and both are named, with what to do', () => {
    expect(neverReached(routes(['GET', '/users/:id'], ['GET', '/users/new']))).toEqual([
      'Pages.route1 is never reached: each request for GET /users/new reaches Pages.route0 (GET /users/:id); declare it first',
    ]);
    expect(neverReached(routes(['GET', '/users/:id'], ['GET', '/users/:name']))).toEqual([
      'Pages.route1 is never reached: each request for GET /users/:name reaches Pages.route0 (GET /users/:id); give one of them another path',
    ]);
  });

  const segment = fc.constantFrom('a', 'B', 'a-b', ':x', ':x-:y', 'a-:x', '*w');
  const path = fc
    .tuple(fc.array(segment, { minLength: 1, maxLength: 2 }), fc.option(segment))
    .map(([segments, optional]) => `/${segments.join('/')}${optional ? `{/${optional}}` : ''}`)
    // No name may stand in a path twice.
    .map((pattern) => pattern.split(/(?<=[:*])/).reduce((start, rest, i) => `${start}${i}${rest}`))
    .map((pattern) => pattern.replace(/([:*])(\d)/g, '$1p$2'));
  const declared = fc.array(fc.tuple(fc.constantFrom<Method>('ALL', 'GET', 'POST', 'HEAD'), path), {
    minLength: 2,
    maxLength: 5,
  });

  /** Up to three segments, also with one or two more of a word that stands in no path. */
  const words = ['a', 'b', 'a-b', 'c', 'a-b-c', 'c-a'];
  const longer = (paths: string[][]) => paths.flatMap((segments) => words.map((word) => [...segments, word]));
  const one = longer([[]]);
  const asked = [...one, ...longer(one), ...longer(longer(one))].flatMap((segments) =>
    ['', 'c', 'c/c'].flatMap((more) => [0, 1, 2, 3].map((at) => segments.toSpliced(at, 0, ...(more ? [more] : [])))),
  );
  const urls = [...new Set(asked.map((segments) => `/${segments.join('/')}`))];

  it('exactly where Express gives it none of the requests', () => {
    fc.assert(
      fc.property(declared, (list) => {
        const reached = reachedOnExpress(list);
        expect(hidden(...list)).toEqual([...list.keys()].filter((i) => !reached.has(i)));
      }),
      { numRuns: 100 },
    );
  });

  function reachedOnExpress(list: readonly (readonly [Method, string])[]): Set<number> {
    const reached = new Set<number>();
    const router = Router();
    list.forEach(([method, path], i) => {
      const verb = method.toLowerCase() as 'all' | 'get' | 'post' | 'head';
      router[verb](path, () => void reached.add(i));
    });
    for (const method of verbs)
      for (const url of urls)
        router(
          { method: method.toUpperCase(), url } as IncomingMessage as never,
          {} as ServerResponse as never,
          () => {},
        );
    return reached;
  }
});
