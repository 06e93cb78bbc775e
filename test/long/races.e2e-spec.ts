import { startManyAtOnce } from '../support/start-race';

describe('several processes on one database, 20 rounds,', () => {
  it('start at once on an empty one, also when some are killed on the way', async () => {
    await startManyAtOnce(20);
  });
});
