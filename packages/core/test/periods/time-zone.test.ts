import { describe, expect, it } from 'vitest';
import { timeZoneOf } from '../../src/periods/time-zone.ts';
import { ZONES } from './arbitraries.ts';
import { changesOf, clockAt } from './clock.ts';

describe('the offset of a zone', () => {
  it('is what its clocks show, just before and at each change from 1970 to 2040', () => {
    for (const name of ZONES) {
      const zone = timeZoneOf(name);
      for (const change of changesOf(name)) {
        for (const instant of [change - 1, change]) {
          expect(zone.offsetAt(instant), `${name} at ${instant}`).toBe(clockAt(name, instant) - instant);
        }
      }
    }
  });

  it('keeps its sign and its seconds before zones were round', () => {
    const offset = (name: string, instant: string) => timeZoneOf(name).offsetAt(Date.parse(instant)) / 1000;
    expect(offset('Africa/Monrovia', '1971-01-01')).toBe(-(44 * 60 + 30));
    expect(offset('Asia/Singapore', '1900-01-01')).toBe(6 * 3600 + 55 * 60 + 25);
    expect(offset('America/Juneau', '1860-01-01')).toBe(15 * 3600 + 2 * 60 + 19);
    expect(offset('UTC', '2026-01-01')).toBe(0);
  });

  it('stays the same however many names are asked for', () => {
    // Intl takes names in any mix of capitals, so that there are many more than zones.
    const berlin = timeZoneOf('Europe/Berlin');
    for (let bits = 0; bits < 1024; bits++) {
      const name = [...'europe/berlin']
        .map((letter, at) => ((bits >> at) & 1 ? letter.toUpperCase() : letter))
        .join('');
      expect(timeZoneOf(name).offsetAt(0)).toBe(3_600_000);
    }
    expect(timeZoneOf('Europe/Berlin')).not.toBe(berlin);
    expect(timeZoneOf('Europe/Berlin')).toBe(timeZoneOf('Europe/Berlin'));
  });
});
