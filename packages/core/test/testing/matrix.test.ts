import { it } from 'vitest';
import { storeCases } from '../../src/testing/index.ts';
import { WRONG_STORES } from './wrong-stores.ts';
import { dirtyStore, racyStore } from './unsafe-stores.ts';
it('matrix', async () => {
  const killed = new Map<string,string[]>();
  const h=(store:any)=>({ open: async () => ({ store }), abilities: { concurrency: true, time: true }, passTime: (ms:number) => new Promise<void>((r) => setTimeout(r, ms)) });
  const run=async(bug:string,open:()=>any,conc:boolean)=>{
    for (const c of storeCases) {
      if (c.id.startsWith('stream-')) continue;
      if (!conc && c.needs?.includes('concurrency')) continue;
      if (c.id==='outbox-lease-ends' && bug!=='leases for ever') continue;
      try { await Promise.race([c.run(h(open())), new Promise((_,j)=>setTimeout(()=>j(new Error('hang')),3000))]); } catch (e:any) {
        (killed.get(c.id) ?? killed.set(c.id,[]).get(c.id)!).push(bug + (e.name==='CaseFailure'||e.name==='PayoutError'?'':' !!'+String(e))); }
    }
  };
  for (const { bug, open } of WRONG_STORES) await run(bug,open,false);
  await run('DIRTY',dirtyStore,true); await run('RACY',racyStore,true);
  console.log('UNKILLED', storeCases.filter(c=>!killed.has(c.id)&&!c.id.startsWith('stream-')).map(c=>c.id).join('\n'));
  console.log('ODD', [...killed].flatMap(([id,b])=>b.filter(x=>x.includes('!!')).map(x=>id+': '+x)).join('\n'));
  console.log('DIRTYKILLS', [...killed].filter(([,b])=>b.some(x=>x.startsWith('DIRTY'))).map(([i])=>i).join(' '));
  console.log('RACYKILLS', [...killed].filter(([,b])=>b.some(x=>x.startsWith('RACY'))).map(([i])=>i).join(' '));
}, 600000);
