// decode.mjs FILE THREADS: tokens a second of llama.cpp on the processor, the best of three runs of 24 tokens after a
// prompt of 8. Run by scripts/live-cpu-speed beside node_modules with node-llama-cpp.
import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";

const [file, threads] = process.argv.slice(2);
const at = createRequire(`${process.cwd()}/`).resolve("node-llama-cpp");
const {getLlama} = await import(pathToFileURL(at).href);
const llama = await getLlama({gpu: false, build: "never", logLevel: "error", maxThreads: Number(threads)});
const model = await llama.loadModel({modelPath: file});
const context = await model.createContext({contextSize: 512, threads: Number(threads)});
let best = 0;
for (let run = 0; run < 3; ++run) {
  const sequence = context.getSequence();
  const prompt = Array.from({length: 8}, (_, i) => i + 300);
  let tokens = 0;
  let begin = 0;
  for await (const _ of sequence.evaluate(prompt, {yieldEogToken: true})) {
    if (tokens === 0) begin = performance.now();
    if (++tokens > 24) break;
  }
  best = Math.max(best, ((tokens - 1) * 1000) / (performance.now() - begin));
  sequence.dispose();
}
console.log(best.toFixed(3));
process.exit(0);
