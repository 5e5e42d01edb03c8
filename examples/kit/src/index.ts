/** What the example apps share: pages, sessions, forms, and a database to run on. */
export { type Database, openDatabase, type Query, type Row, type Together, type Where } from './database.ts';
export { DEMO_BANK_TABLES, demoBank } from './demo-bank.ts';
export { type Server, type ServerOptions, startServer } from './server.ts';
export { Bar, type BarPart } from './pages/bar.tsx';
export { type ChartPoint, LineChart, type Rank, Ranks } from './pages/chart.tsx';
export { type Frame, type NavItem, Page, Token } from './pages/page.tsx';
export { Action, Card, Cards, type Column, Field, Notice, Table, Tabs } from './pages/parts.tsx';
export { RefusalPage } from './pages/refusal.tsx';
export { Statement, type StatementLine } from './pages/statement.tsx';
export { Amount, amountText, Day, PAYOUT_STATE_WORDS, Reference, State, Time } from './pages/words.tsx';
export { type CsvCell, csvLines, csvResponse } from './web/csv.ts';
export { readAction, readForm, type Sent, TOKEN_FIELD, type Typed } from './web/form.ts';
export { toJson } from './web/json.ts';
export { type KitApp, kitApp, type KitOptions } from './web/kit-app.tsx';
export { listen, type Listening } from './web/listen.ts';
export type { People, Person, Role } from './web/people.ts';
export { Refused, refusalOf } from './web/refused.ts';
export { type KitContext, only, personOf, type Session, sessionOf } from './web/session.ts';
