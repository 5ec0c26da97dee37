/** A process that lives and never says that it is ready. */
setInterval(() => undefined, 1_000);
