// Starts the emulator with the seed that comes in on standard input and says when it listens.
import { text } from "node:stream/consumers";
import { createEmulator } from "emulate";

const { port, seed } = JSON.parse(await text(process.stdin));
await createEmulator({ service: "slack", port, seed });
console.log("listening");
