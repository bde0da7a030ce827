// The way to a real ERP, which can be told to go wrong: an HTTP proxy in this process. What the simulators do inside
// themselves, it does from outside: the ERP executes a booking or does not, and the answer comes, is spoiled, or is cut.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FaultKind } from '../simulators/faults.ts';

export interface FaultyWay {
  url: string;
  /** The next booking goes wrong. */
  next(kind: FaultKind): void;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** @param isBooking by the request's body */
export async function faultyWay(target: string, isBooking: (body: string) => boolean): Promise<FaultyWay> {
  let planned: FaultKind | undefined;
  const serve = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const fault = planned !== undefined && isBooking(body.toString('utf8')) ? planned : undefined;
    if (fault !== undefined) planned = undefined;
    await goWrong(fault, () => forward(target, asked, body), response);
  };
  const server = createServer((asked, response) => {
    // The ERP is away: so are we.
    serve(asked, response).catch(() => response.socket?.resetAndDestroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: (kind) => void (planned = kind),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function goWrong(
  fault: FaultKind | undefined,
  done: () => Promise<Answer>,
  response: ServerResponse,
): Promise<void> {
  const html = (status: number): Answer => ({
    status,
    headers: { 'content-type': 'text/html' },
    body: Buffer.from('<html>something went wrong on the way</html>'),
  });
  switch (fault) {
    case 'error500Before':
      return send(response, html(500));
    case 'error500After':
      await done();
      return send(response, html(500));
    case 'resetBefore':
      return void response.socket?.resetAndDestroy();
    case 'resetAfter':
      await done();
      return void response.socket?.resetAndDestroy();
    case 'hangThenCommit':
      await sleep(1_500);
      await done();
      return void response.socket?.resetAndDestroy();
    case 'html200':
      await done();
      return send(response, html(200));
    case 'cutAnswer': {
      const answer = await done();
      response.writeHead(200, { 'content-length': String(answer.body.length) });
      response.write(answer.body.subarray(0, answer.body.length >> 1), () =>
        response.socket?.resetAndDestroy(),
      );
      return;
    }
    case 'tooMany':
      return send(response, { ...html(429), headers: { 'retry-after': '1' } });
    default:
      return send(response, await done());
  }
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

function forward(target: string, asked: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      new URL(asked.url ?? '/', target),
      { method: asked.method, headers: { ...asked.headers, host: new URL(target).host } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: { 'content-type': answer.headers['content-type'] ?? 'text/plain' },
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
