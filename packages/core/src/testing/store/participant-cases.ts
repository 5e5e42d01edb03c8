import type { Participant } from '../../ports/directory.ts';
import { assertEqual } from '../assert.ts';
import { storeCase } from './case.ts';

/** Participants as the default Directory keeps them. */
export const participantCases = [
  storeCase({
    id: 'participant-is-kept-as-it-is',
    title: 'keeps who a participant is and where their money goes',
    check: async ({ transact }) => {
      const participants: readonly Participant[] = [
        { id: 'u1', active: true, verified: false },
        { id: 'u2', active: false, verified: true, tier: 'gold' },
        { id: 'u3', active: true, verified: true, destination: { id: 'acct_1', version: 7 } },
        { id: 'u4', active: false, verified: false, tier: '0', destination: { id: 'wallet', version: 0 } },
      ];
      await transact((unit) => unit.participants.put(participants));
      const found = await transact((unit) => unit.participants.find(participants.map(({ id }) => id)));
      assertEqual(found, participants, 'the participants');
    },
  }),
  storeCase({
    id: 'participant-is-replaced',
    title: 'replaces a participant whole: a tier or destination that is left out is gone',
    check: async ({ transact }) => {
      const before = {
        id: 'u1',
        active: true,
        verified: true,
        tier: 'gold',
        destination: { id: 'a', version: 1 },
      };
      const after = { id: 'u1', active: false, verified: false };
      await transact((unit) => unit.participants.put([before]));
      await transact((unit) => unit.participants.put([after]));
      assertEqual(await transact((unit) => unit.participants.find(['u1'])), [after], 'the participant');
    },
  }),
  storeCase({
    id: 'participant-last-of-a-batch-stays',
    title: 'keeps the last of a participant that stands twice in one batch',
    check: async ({ transact }) => {
      const first = { id: 'u1', active: true, verified: true, tier: 'gold' };
      const last = { id: 'u1', active: false, verified: true };
      await transact((unit) => unit.participants.put([first, { ...last, id: 'u2' }, last]));
      assertEqual(await transact((unit) => unit.participants.find(['u1'])), [last], 'the participant');
    },
  }),
  storeCase({
    id: 'participant-found-in-order',
    title: 'tells participants in the order asked',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.participants.put([]);
        await unit.participants.put(['a', 'b'].map((id) => ({ id, active: true, verified: true })));
      });
      const found = await transact((unit) => unit.participants.find(['b', 'unknown', 'a', 'b']));
      assertEqual(
        found.map((row) => row?.id),
        ['b', undefined, 'a', 'b'],
        'participants',
      );
      assertEqual(await transact((unit) => unit.participants.find([])), [], 'nobody');
    },
  }),
];
