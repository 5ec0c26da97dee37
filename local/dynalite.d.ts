/** The part of dynalite that is used; the package brings no types. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  export default function dynalite(options?: {
    /** Folder of the LevelDB store; in memory when left out. */
    path?: string;
    /** Milliseconds that a new table stays in the state CREATING. */
    createTableMs?: number;
  }): Server;
}
