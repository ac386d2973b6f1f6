// age by the npm package age-encryption, for the tests of package crypto:
//   node age.mjs keygen pq|x25519      the private key, then the public one, a line each
//   node age.mjs seal RECIPIENT…       standard input, sealed
//   node age.mjs open KEYFILE          standard input, opened
import { readFileSync } from "node:fs";
import { Decrypter, Encrypter, generateHybridIdentity, generateX25519Identity, identityToRecipient } from "age-encryption";

const [verb, ...args] = process.argv.slice(2);
switch (verb) {
  case "keygen": {
    const key = await (args[0] === "pq" ? generateHybridIdentity() : generateX25519Identity());
    process.stdout.write(`${key}\n${await identityToRecipient(key)}\n`);
    break;
  }
  case "seal": {
    const age = new Encrypter();
    for (const to of args) age.addRecipient(to);
    process.stdout.write(await age.encrypt(readFileSync(0)));
    break;
  }
  case "open": {
    const age = new Decrypter();
    for (const line of readFileSync(args[0], "utf8").split("\n")) {
      if (line !== "" && !line.startsWith("#")) age.addIdentity(line.trim());
    }
    process.stdout.write(await age.decrypt(readFileSync(0)));
    break;
  }
  default:
    throw new Error("keygen, seal or open");
}
