/**
 * Waits until whatever else is ready has had its turn. The runtime looks for timers and answers only when it has nothing
 * more to do, and follows what one call leads to through queues and objects to its end first: a send whose time has come
 * waits behind all of it. So what takes a while is done in parts.
 */
export const letOthersRun = (): Promise<void> => scheduler.wait(0);
