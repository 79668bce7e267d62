export { memoryStorage } from '../study';
export { journalStorage } from './journal';
export { isPostgresAddress, postgresStorage } from './rdb/postgres';
export { sqliteStorage } from './rdb/sqlite';
export { logStorage, type RecordLog } from './log-storage';
export { artifactStore, type ArtifactStore } from './artifacts';
export type { LogRecord } from './optuna-format';
