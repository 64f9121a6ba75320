// server.mjs MODEL: an OpenAI-compatible server on a free port of this machine around llama.cpp (node-llama-cpp), for
// one question at a time. Writes a small model with random weights to MODEL first, then prints its port.
// Run beside node_modules by tests/verify/live/run.
import {writeFileSync} from "node:fs";
import {createServer} from "node:http";
import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";

const path = process.argv[2];

// GGUF version 3, github.com/ggml-org/ggml/blob/master/docs/gguf.md: a llama of two layers whose vocabulary is bytes.
function writeModel() {
  const width = 64, feed = 128, layers = 2, heads = 4;
  const bytes = Array.from({length: 256}, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, "0")}>`);
  const words = ["<unk>", "<s>", "</s>", ...bytes];
  const parts = [];
  const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32LE(n); return b; };
  const u64 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(n)); return b; };
  const f32 = (n) => { const b = Buffer.alloc(4); b.writeFloatLE(n); return b; };
  const text = (s) => Buffer.concat([u64(Buffer.byteLength(s)), Buffer.from(s)]);
  const list = (type, items, one) => Buffer.concat([u32(type), u64(items.length), ...items.map(one)]);
  const metadata = [
    ["general.architecture", 8, text("llama")], ["general.name", 8, text("tiny")],
    ["llama.block_count", 4, u32(layers)], ["llama.context_length", 4, u32(2048)],
    ["llama.embedding_length", 4, u32(width)], ["llama.feed_forward_length", 4, u32(feed)],
    ["llama.attention.head_count", 4, u32(heads)], ["llama.rope.dimension_count", 4, u32(width / heads)],
    ["llama.attention.layer_norm_rms_epsilon", 6, f32(1e-5)], ["tokenizer.ggml.model", 8, text("llama")],
    ["tokenizer.ggml.tokens", 9, list(8, words, text)],
    ["tokenizer.ggml.scores", 9, list(6, words, (_) => f32(0))],
    ["tokenizer.ggml.token_type", 9, list(5, words, (w) => u32(w === "<unk>" ? 2 : w.startsWith("<0x") ? 6 : 3))],
    ["tokenizer.ggml.bos_token_id", 4, u32(1)], ["tokenizer.ggml.eos_token_id", 4, u32(2)],
    ["tokenizer.ggml.unknown_token_id", 4, u32(0)],
  ];
  const tensors = [["token_embd.weight", [width, words.length]], ["output_norm.weight", [width]],
    ["output.weight", [width, words.length]]];
  for (let i = 0; i < layers; ++i) {
    for (const name of ["attn_norm", "ffn_norm"]) tensors.push([`blk.${i}.${name}.weight`, [width]]);
    for (const name of ["attn_q", "attn_k", "attn_v", "attn_output"]) tensors.push([`blk.${i}.${name}.weight`, [width, width]]);
    for (const name of ["ffn_gate", "ffn_up"]) tensors.push([`blk.${i}.${name}.weight`, [width, feed]]);
    tensors.push([`blk.${i}.ffn_down.weight`, [feed, width]]);
  }
  parts.push(Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(metadata.length));
  for (const [key, type, value] of metadata) parts.push(text(key), u32(type), value);
  let offset = 0;
  const count = (shape) => shape.reduce((a, b) => a * b);
  for (const [name, shape] of tensors) {
    parts.push(text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset));
    offset += count(shape) * 4; // every tensor is a multiple of 32 bytes long
  }
  const head = Buffer.concat(parts);
  let seed = 1;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648 - 0.5;
  const data = tensors.map(([, shape]) => Float32Array.from({length: count(shape)}, () => shape.length === 1 ? 1 : random() / 4));
  writeFileSync(path, Buffer.concat([head, Buffer.alloc((32 - head.length % 32) % 32), ...data.map((d) => Buffer.from(d.buffer))]));
}

writeModel();
const at = createRequire(`${process.cwd()}/`).resolve("node-llama-cpp");
const {getLlama} = await import(pathToFileURL(at).href);
const llama = await getLlama({gpu: false, build: "never", logLevel: "error", maxThreads: 1});
const model = await llama.loadModel({modelPath: path});
const context = await model.createContext({contextSize: 2048, threads: 1});

async function answer(question, response) {
  const prompt = model.tokenize(question.messages.map((message) => message.content).join("\n"));
  response.writeHead(200, {"Content-Type": "text/event-stream"});
  const event = (json) => response.write(`data: ${JSON.stringify(json)}\n\n`);
  event({choices: [{index: 0, delta: {role: "assistant", content: ""}}]});
  const sequence = context.getSequence();
  const begin = performance.now();
  let first = begin, tokens = 0;
  for await (const token of sequence.evaluate(prompt, {temperature: 0, yieldEogToken: true})) {
    if (tokens++ === 0) first = performance.now();
    event({choices: [{index: 0, delta: {content: `${token} `}}]});
    if (tokens >= question.max_tokens) break;
  }
  const end = performance.now();
  sequence.dispose();
  event({choices: [{index: 0, delta: {}, finish_reason: "length"}],
    usage: {prompt_tokens: prompt.length, completion_tokens: tokens},
    timings: {prompt_n: prompt.length, prompt_ms: first - begin, predicted_n: tokens, predicted_ms: end - first, cache_n: 0}});
  response.end("data: [DONE]\n\n");
}

const pages = {"/v1/models": {data: [{id: "tiny", owned_by: "llamacpp"}]},
  "/props": {build_info: "node-llama-cpp", model_path: path, total_slots: 1, default_generation_settings: {n_ctx: 2048}}};
const server = createServer((request, response) => {
  if (request.method === "GET") {
    const page = pages[request.url];
    response.writeHead(page ? 200 : 404, {"Content-Type": "application/json"});
    response.end(JSON.stringify(page ?? {}));
    return;
  }
  const body = [];
  request.on("data", (piece) => body.push(piece));
  request.on("end", () => answer(JSON.parse(Buffer.concat(body)), response).catch((error) => {
    response.end(`data: ${JSON.stringify({error: {message: String(error)}})}\n\n`);
  }));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
