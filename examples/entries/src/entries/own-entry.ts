import { recordById, recordRule } from '../access/record-rule';
import { EntriesService } from './entries.service';

const byId = { from: EntriesService, findById: (id: number, entries: EntriesService) => entries.byId(id) };

/** An entry that was sent in by the one who asks. */
export const ownEntry = recordRule({
  ...byId,
  name: 'your own entry',
  parameter: 'id',
  holds: (principal, entry) => entry.senderId === principal.id,
});

/** Whoever sent it in. */
export const anyEntry = recordById(byId);
