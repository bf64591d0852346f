/** `npm start`: sets up what is missing and brings the embedded system up. Arguments go to `bowsprit up`. */
import { bowsprit } from './bowsprit.mjs';
import { runScript } from './setup/say.mjs';

// When npm itself is told to end, it ends only the shell between it and this process, which would stay behind unseen.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 1_000);
  watch.unref();
}

await runScript(() => bowsprit(['up', ...process.argv.slice(2)]));
