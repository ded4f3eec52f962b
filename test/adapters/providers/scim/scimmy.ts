import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import SCIMMY from 'scimmy';
import Routers from 'scimmy-routers';

interface Record_ {
  id: string;
  [attribute: string]: unknown;
}

export interface Directory {
  readonly users: Map<string, Record_>;
  readonly groups: Map<string, Record_ & { members: { value: string; type?: string }[] }>;
}

/** scimmy keeps its handlers for the whole process, so one directory at a time is behind them. */
let current: Directory = { users: new Map(), groups: new Map() };

function declare(): void {
  if (SCIMMY.Resources.declared('Group')) return;
  const missing = (id: string) => new SCIMMY.Types.Error(404, '', `Resource ${id} not found`);
  const read =
    <T>(of: () => Map<string, T>) =>
    (resource: { id?: string }) => {
      if (resource.id === undefined) return [...of().values()];
      const found = of().get(resource.id);
      if (found === undefined) throw missing(resource.id);
      return found;
    };
  SCIMMY.Resources.declare(SCIMMY.Resources.User, { egress: read(() => current.users) as never });
  SCIMMY.Resources.declare(SCIMMY.Resources.Group, {
    egress: read(() => current.groups) as never,
    ingress: ((resource: { id: string }, data: { displayName: string; members?: { value: string }[] }) => {
      const group = current.groups.get(resource.id);
      if (group === undefined) throw missing(resource.id);
      group.displayName = data.displayName;
      group.members = (data.members ?? []).map(({ value }) => ({ value }));
      return group;
    }) as never,
  });
}

export const TOKEN = 'a bearer token';

/** A real SCIM server, and what is wrong with the way to it. */
export async function startScimmy() {
  declare();
  const directory: Directory = { users: new Map(), groups: new Map() };
  current = directory;
  const way = { hangs: false, losesNextPatch: false };
  const app = express();
  app.use((request, response, next) => {
    if (way.hangs) return;
    if (way.losesNextPatch && request.method === 'PATCH') {
      way.losesNextPatch = false;
      response.send = () => {
        request.socket.destroy();
        return response;
      };
    }
    next();
  });
  app.use(
    '/scim',
    new Routers({
      type: 'bearer',
      handler: (request: { header(name: string): string | undefined }) => {
        if (request.header('authorization') !== `Bearer ${TOKEN}`) throw new Error('who are you?');
        return 'hallpass';
      },
    }) as never,
  );
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`,
    directory,
    way,
    addUser(userName: string, more: object = {}): string {
      const id = randomUUID();
      directory.users.set(id, { id, userName, active: true, ...more });
      return id;
    },
    addGroup(displayName: string, members: readonly string[] = []): string {
      const id = randomUUID();
      directory.groups.set(id, { id, displayName, members: members.map((value) => ({ value })) });
      return id;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
