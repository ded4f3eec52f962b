import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { providerKinds } from '../../src/adapters/providers/index.js';
import { WEBHOOK_PATH } from '../../src/bot/bot.js';
import { parseSettings } from '../../src/documents/settings.js';

const DEPLOY = 'deploy';
const read = (path: string): string => readFileSync(join(DEPLOY, path), 'utf8');

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: { readonly name: string };
  readonly resources?: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: of whatever kind
  readonly spec?: any;
  readonly data?: Readonly<Record<string, string>>;
  readonly automountServiceAccountToken?: boolean;
}
const files = readdirSync(join(DEPLOY, 'kubernetes'));
const manifests = files.map((file): Manifest => parse(read(`kubernetes/${file}`), { strict: true }));
const manifest = (kind: string): Manifest => {
  const found = manifests.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found;
};
const LABELS = { 'app.kubernetes.io/name': 'hallpass' };

describe('the manifests for Kubernetes', () => {
  it('are all applied, each of a version that is served', () => {
    const listed = manifest('Kustomization').resources ?? [];
    expect([...listed, 'kustomization.yaml'].toSorted()).toEqual(files.toSorted());
    expect(manifests.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).toSorted()).toEqual([
      'apps/v1 StatefulSet',
      'kustomize.config.k8s.io/v1beta1 Kustomization',
      'networking.k8s.io/v1 NetworkPolicy',
      'policy/v1 PodDisruptionBudget',
      'v1 ConfigMap',
      'v1 Namespace',
      'v1 Service',
      'v1 ServiceAccount',
    ]);
  });

  const pod = manifest('StatefulSet').spec.template;
  const [container] = pod.spec.containers;

  it('find each other', () => {
    const { spec } = manifest('StatefulSet');
    expect(spec.selector.matchLabels).toEqual(LABELS);
    expect(pod.metadata.labels).toEqual(LABELS);
    expect(manifest('Service').spec.selector).toEqual(LABELS);
    expect(manifest('PodDisruptionBudget').spec.selector.matchLabels).toEqual(LABELS);
    expect(manifest('NetworkPolicy').spec.podSelector.matchLabels).toEqual(LABELS);
    expect(spec.serviceName).toBe(manifest('Service').metadata?.name);
    expect(manifest('Service').spec.ports[0].targetPort).toBe(container.ports[0].name);
    const volumes = [...pod.spec.volumes, ...spec.volumeClaimTemplates.map((one: Manifest) => one.metadata)];
    expect(container.volumeMounts.map((one: { name: string }) => one.name).toSorted()).toEqual(
      volumes.map((one: { name: string }) => one.name).toSorted(),
    );
  });

  it('run it without rights it does not need', () => {
    expect(pod.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(manifest('ServiceAccount').automountServiceAccountToken).toBe(false);
    expect(container.image).toMatch(/@sha256:[0-9a-f]{64}$/);
    expect(container.resources).toMatchObject({
      requests: { cpu: expect.any(String), memory: expect.any(String) },
      limits: { memory: expect.any(String) },
    });
  });

  it('hold no secret, and ask for the paths there are', () => {
    expect(container.env).toBeUndefined();
    expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(container.startupProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(read('kubernetes/service.yaml')).toContain(WEBHOOK_PATH);
  });

  it('keep a replica up, each with a folder of its own', () => {
    const { spec } = manifest('StatefulSet');
    expect(spec.replicas).toBeGreaterThan(manifest('PodDisruptionBudget').spec.minAvailable);
    expect(spec.volumeClaimTemplates[0].spec.accessModes).toEqual(['ReadWriteOncePod']);
  });

  it('give it settings that it takes', () => {
    const text = manifest('ConfigMap').data?.['hallpass.yaml'] ?? '';
    const parsed = parseSettings(Buffer.from(text), 'hallpass.yaml', providerKinds);
    expect(parsed).not.toHaveProperty('issues');
    const { value } = parsed as { value: { dataDir: string; server: object; database?: object } };
    const mounts = container.volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
    expect(mounts.some((path: string) => value.dataDir.startsWith(`${path}/`))).toBe(true);
    expect(value.server).toMatchObject({ host: '0.0.0.0', port: container.ports[0].containerPort });
    expect(value.database).toBeDefined();
  });
});

describe('the image', () => {
  const text = read('Containerfile');
  const last = text.slice(text.lastIndexOf('\nFROM '));

  it('is built in one stage and runs in another, as nobody in particular', () => {
    expect(text.match(/^FROM /gm)).toHaveLength(2);
    expect(last).toMatch(/^USER 10001:10001$/m);
    expect(last.indexOf('USER ')).toBeGreaterThan(last.lastIndexOf('RUN '));
    expect(last).toContain('ENTRYPOINT ["/usr/bin/tini", "--", "node", "/app/dist/cli/main.js"]');
    expect(last).toContain('tini');
    expect(text).not.toMatch(/^ADD |curl|wget|--privileged|:latest/m);
    expect(text).not.toMatch(/^(?:ARG|ENV) .*(?:SECRET|TOKEN|PASSWORD|KEY)/im);
  });

  it('has the clients it names, although development has them as well', () => {
    const [install = ''] = /^RUN npm install .*$/m.exec(text) ?? [];
    expect(install).toMatch(/PEERS/);
    expect(install).toContain(' --save-prod ');
  });

  it('is built and runs with what it is given, and nothing else', { timeout: 120_000 }, () => {
    const kept = read('Containerfile.dockerignore')
      .split('\n')
      .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
    const app = mkdtempSync(join(tmpdir(), 'hallpass-image-'));
    try {
      for (const name of kept) cpSync(name, join(app, name), { recursive: true });
      symlinkSync(resolve('node_modules'), join(app, 'node_modules'));
      const run = (command: string, ...argv: readonly string[]): string =>
        execFileSync(command, argv, { cwd: app, encoding: 'utf8' });
      run('npm', 'run', '--silent', 'build');
      const copied = [...last.matchAll(/^COPY --from=build (.+) \S+$/gm)].flatMap(([, names = '']) =>
        names.split(' '),
      );
      for (const path of copied) expect(existsSync(path.replace('/app', app)), path).toBe(true);
      const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
      expect(run('node', 'dist/cli/main.js', '--version').trim()).toBe(version);
    } finally {
      rmSync(app, { recursive: true, force: true });
    }
  });
});

describe('the unit of systemd', () => {
  const unit = read('systemd/hallpass.service');
  const dir = mkdtempSync(join(tmpdir(), 'hallpass-unit-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const has = spawnSync('systemd-analyze', ['--version']).error === undefined;
  const file = join(dir, 'hallpass.service');

  it('starts it again for ever, with as little as it needs', () => {
    for (const line of [
      'Restart=always',
      'StartLimitIntervalSec=0',
      'User=hallpass',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'CapabilityBoundingSet=',
      'StateDirectory=hallpass',
    ]) {
      expect(unit.split('\n')).toContain(line);
    }
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute=yes/m);
  });

  it.skipIf(!has)(
    'is right and safe in the eyes of systemd itself (not here: apt-get install systemd)',
    () => {
      writeFileSync(file, unit.replace('/usr/bin/hallpass', '/bin/true'));
      const said = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
      expect(said.stderr.split('\n').filter((line) => line.includes('hallpass.service'))).toEqual([]);
      // From 0, nothing can go wrong, to 10; most units are above 9.
      execFileSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', file], {
        stdio: 'ignore',
      });
    },
  );
});
