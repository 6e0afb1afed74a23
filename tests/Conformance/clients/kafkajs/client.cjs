// kafkajs as a client: version | create TOPIC PARTITIONS | produce TOPIC CODEC | consume GROUP TOPIC...
// produce reads lines of headers, key, value (tabs between); consume prints topic, partition, offset,
// headers, key, value and leaves its group on SIGTERM. NODE_PATH says where the packages are.
'use strict';
const fs = require('fs');
const { Kafka, CompressionTypes, CompressionCodecs, logLevel } = require('kafkajs');

const BatchRecordsMax = 500;
const missing = [];

function codec(name, type, make) {
  try {
    CompressionCodecs[type] = make();
  } catch (error) {
    missing.push(`without ${name} ${error.message.split('\n')[0]}`);
  }
}

codec('snappy', CompressionTypes.Snappy, () => require('kafkajs-snappy'));
codec('lz4', CompressionTypes.LZ4, () => {
  const lz4 = require('lz4-napi');
  return () => ({
    compress: (encoder) => lz4.compressFrame(encoder.buffer),
    decompress: (buffer) => lz4.decompressFrame(buffer),
  });
});
codec('zstd', CompressionTypes.ZSTD, () => {
  const { ZstdCodec } = require('zstd-codec');
  let simple = null;
  const ready = () => (simple ??= new Promise((done) => ZstdCodec.run((zstd) => done(new zstd.Streaming()))));
  return () => ({
    compress: async (encoder) => Buffer.from((await ready()).compress(encoder.buffer, 3)),
    decompress: async (buffer) => Buffer.from((await ready()).decompress(buffer)),
  });
});

const Types = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP, snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4, zstd: CompressionTypes.ZSTD };

async function create(kafka, topic, partitions) {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: Number(partitions) }] });
  await admin.disconnect();
}

async function produce(kafka, topic, codecName) {
  const messages = fs.readFileSync(0, 'utf8').split('\n').filter(Boolean).map((line) => {
    const [headers, key, value] = line.split('\t');
    return { key, value, headers: Object.fromEntries(headers.split(',').filter(Boolean).map((pair) => pair.split(':'))) };
  });
  const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  for (let at = 0; at < messages.length; at += BatchRecordsMax)
    await producer.send({ topic, acks: -1, compression: Types[codecName], messages: messages.slice(at, at + BatchRecordsMax) });
  await producer.disconnect();
}

async function consume(kafka, groupId, topics) {
  const consumer = kafka.consumer({ groupId, heartbeatInterval: 500, sessionTimeout: 10000, rebalanceTimeout: 20000,
    maxWaitTimeInMs: 300, maxBytesPerPartition: 65536 });
  process.on('SIGTERM', async () => {
    await consumer.disconnect();
    process.exit(0);
  });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  await consumer.run({
    autoCommit: true, autoCommitThreshold: 100,
    eachMessage: async ({ topic, partition, message }) => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => `${name}:${value}`).join(',');
      fs.writeSync(1, `${topic}\t${partition}\t${message.offset}\t${headers}\t${message.key}\t${message.value}\n`);
    },
  });
}

async function main([bootstrap, verb, ...rest]) {
  const kafka = new Kafka({ clientId: 'conformance-kafkajs', brokers: [bootstrap], logLevel: logLevel.ERROR });
  if (verb === 'version') console.log([require('kafkajs/package.json').version, ...missing].join('\n'));
  else if (verb === 'create') await create(kafka, ...rest);
  else if (verb === 'produce') await produce(kafka, ...rest);
  else if (verb === 'consume') await consume(kafka, rest[0], rest.slice(1));
  else throw new Error(`unknown verb ${verb}`);
}

main(process.argv.slice(2)).catch((error) => { console.error(error); process.exit(1); });
