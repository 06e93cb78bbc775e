// Asks a site for its health every 50 ms from "begin" to "end", on a thread of its own so that nothing but the site makes it
// late, and then tells how many milliseconds each answer took.
import { Agent, get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const EVERY_MS = 50;
const agent = new Agent({ keepAlive: true });
const answers = [];

parentPort.once('message', () => {
  const timer = setInterval(() => answers.push(ask()), EVERY_MS);
  parentPort.once('message', () => end(timer));
});

async function end(timer) {
  clearInterval(timer);
  parentPort.postMessage(await Promise.all(answers));
  agent.destroy();
}

function ask() {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    get(`${workerData}/health/live`, { agent }, (response) => {
      response.resume().once('end', () => resolve({ status: response.statusCode, took: performance.now() - begun }));
    }).once('error', reject);
  });
}
