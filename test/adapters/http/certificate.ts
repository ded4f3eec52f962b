import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';

/** DER (X.690): a tag, a length, and the contents. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const contents = Buffer.concat(parts);
  const { length } = contents;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), contents]);
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const hex = (tag: number, text: string) => der(tag, Buffer.from(text, 'hex'));
const text = (tag: number, value: string) => der(tag, Buffer.from(value, 'latin1'));

/** ecdsa-with-SHA256, commonName, basicConstraints and subjectAltName, as object identifiers. */
const ECDSA = sequence(hex(0x06, '2a8648ce3d040302'));
const COMMON_NAME = hex(0x06, '550403');
const CONSTRAINTS = hex(0x06, '551d13');
const ALTERNATIVE = hex(0x06, '551d11');

/** A certificate (RFC 5280) for 127.0.0.1 that signs itself, with its key, both PEM. Node makes keys, but no certificates. */
export function selfSigned(): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(COMMON_NAME, text(0x0c, 'test'))));
  const isAuthority = sequence(CONSTRAINTS, der(0x04, sequence(hex(0x01, 'ff'))));
  const address = sequence(ALTERNATIVE, der(0x04, sequence(hex(0x87, '7f000001'))));
  const body = sequence(
    der(0xa0, hex(0x02, '02')),
    hex(0x02, '01'),
    ECDSA,
    name,
    sequence(text(0x17, '200101000000Z'), text(0x17, '490101000000Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(isAuthority, address)),
  );
  const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, key));
  const base64 = sequence(body, ECDSA, signature).toString('base64');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}
