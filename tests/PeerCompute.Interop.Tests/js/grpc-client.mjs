// SPDX-License-Identifier: Apache-2.0
// A gRPC client that shares no code with ours: node grpc-client.mjs SOCKET PROTO_ROOT calls|job [JSON]. Prints one JSON object.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const [socket, protoRoot, mode, text] = process.argv.slice(2);
const files = ['peercompute/api/v1/node.proto', 'peercompute/api/v1/job.proto'];
const definition = protoLoader.loadSync(files, { includeDirs: [protoRoot], keepCase: true, longs: Number, enums: String, defaults: true });
const { v1 } = grpc.loadPackageDefinition(definition).peercompute.api;
const credentials = grpc.credentials.createInsecure();
const nodes = new v1.NodeService(`unix:${socket}`, credentials);
const jobs = new v1.JobService(`unix:${socket}`, credentials);

const failure = (error) => ({ code: error.code, details: error.details, kind: error.metadata?.get('peercompute-error')[0] ?? null });

const unary = (client, method, request, options = {}) => new Promise((resolve) => {
  client[method](request, options, (error, answer) => resolve(error ? { error: failure(error) } : answer));
});

const upload = (pieces) => new Promise((resolve) => {
  const call = jobs.UploadBlob((error, answer) => resolve(error ? { error: failure(error) } : answer));
  for (const piece of pieces) call.write({ data: piece });
  call.end();
});

const stream = (call, onMessage = () => {}) => new Promise((resolve) => {
  const messages = [];
  call.on('data', (message) => { messages.push(message); onMessage(message, call); });
  call.on('error', (error) => resolve({ messages, error: failure(error) }));
  call.on('end', () => resolve({ messages }));
});

async function calls() {
  const pieces = [0, 1, 2, 3].map((n) => Buffer.alloc(256 * 1024, n));
  const blob = await upload(pieces);
  return {
    node: await unary(nodes, 'GetNode', {}),
    uploadMatches: createHash('sha256').update(Buffer.concat(pieces)).digest().equals(blob.sha256),
    uploadSize: blob.size,
    watch: (await stream(jobs.Watch({ job_id: Buffer.from('three') }))).messages.map((view) => view.state),
    failing: (await stream(jobs.Watch({ job_id: Buffer.from('none') }))),
    cancelled: (await stream(jobs.Watch({ job_id: Buffer.from('wait') }), (_, call) => call.cancel())).error,
    overdue: (await unary(jobs, 'List', {}, { deadline: Date.now() + 200 })).error,
    unknown: (await unary(jobs, 'Cancel', {})).error,
    oversized: (await unary(jobs, 'Submit', { name: 'x'.repeat(5 << 20) })).error,
    after: await unary(nodes, 'GetNode', {}),
  };
}

async function job({ module, inputs = [], submission }) {
  const content = readFileSync(module);
  const blob = await upload([content.subarray(0, 1000), content.subarray(1000)]);
  if (blob.error) return { error: blob.error };
  const files = [];
  for (const { name, text: content } of inputs) files.push({ name, ...(await upload([Buffer.from(content)])) });
  const submitted = await unary(jobs, 'Submit', { ...submission, inputs: files, module_sha256: blob.sha256 });
  if (submitted.error) return { error: submitted.error };
  const views = await stream(jobs.Watch({ job_id: submitted.job_id }));
  const shown = await unary(jobs, 'Show', { job_id: submitted.job_id });
  const outputs = [];
  for (const task of shown.tasks ?? []) {
    const pieces = await stream(jobs.Download({ job_id: submitted.job_id, task: task.index, name: submission.outputs?.[0] ?? '' }));
    outputs.push(Buffer.concat(pieces.messages.map((m) => m.data)).toString('base64'));
  }
  const receipt = await unary(jobs, 'GetReceipt', { job_id: submitted.job_id });
  return { jobId: submitted.job_id.toString('hex'), watchError: views.error ?? null, state: shown.state, failure: shown.failure,
    tasks: shown.tasks?.map((task) => task.state), outputs, receiptBytes: receipt.receipt?.length ?? 0, receiptError: receipt.error ?? null };
}

const result = mode === 'calls' ? await calls() : await job(JSON.parse(text));
console.log(JSON.stringify(result));
nodes.close();
jobs.close();
