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

async function withAdmin(kafka, act) {
  const admin = kafka.admin();
  await admin.connect();
  await act(admin);
  await admin.disconnect();
}

const time = (kafka, topic, timestamp) => withAdmin(kafka, async (admin) =>
  console.log((await admin.fetchTopicOffsetsByTimestamp(topic, Number(timestamp)))[0].offset));

const administrate = (kafka, topic) => withAdmin(kafka, async (admin) => {
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '1234567' }] }] });
  await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] });
  await admin.alterConfigs({ resources: [{ type: 2, name: topic, configEntries: [{ name: 'retention.ms', value: '7654321' }] }] });
  const described = await admin.describeConfigs({ resources: [{ type: 2, name: topic, configNames: ['retention.ms'] }] });
  console.log(described.resources[0].configEntries[0].configValue);
});

const drop = (kafka, topic) => withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] }));

async function transactional(kafka, transactionalId, act) {
  const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1, transactionTimeout: 10000, allowAutoTopicCreation: false });
  await producer.connect();
  await act(producer);
  await producer.disconnect();
}

const transact = (kafka, topic, transactionalId) => transactional(kafka, transactionalId, async (producer) => {
  for (const [word, first] of [['committed', 0], ['aborted', 0], ['committed', 100]]) {
    const transaction = await producer.transaction();
    const messages = Array.from({ length: 100 }, (_, i) => ({ value: `${word}-${first + i}`, partition: 0 }));
    await transaction.send({ topic, messages });
    await (word === 'aborted' ? transaction.abort() : transaction.commit());
  }
});

const transform = (kafka, input, output, groupId, transactionalId, crashAfter) => transactional(kafka, transactionalId, async (producer) => {
  const consumer = kafka.consumer({ groupId, sessionTimeout: 6000, heartbeatInterval: 1000, readUncommitted: false, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topics: [input], fromBeginning: true });
  let transactions = 0;
  let last = null;
  consumer.on(consumer.events.GROUP_JOIN, () => { last = Date.now(); });
  await consumer.run({
    autoCommit: false, eachBatchAutoResolve: false,
    eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
      for (let at = 0; at < batch.messages.length; at += 20) {
        const taken = batch.messages.slice(at, at + 20);
        const offset = (BigInt(taken.at(-1).offset) + 1n).toString();
        const transaction = await producer.transaction();
        await transaction.send({ topic: output, messages: taken.map(({ value }) => ({ value: `${value}!`, partition: 0 })) });
        await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic: input, partitions: [{ partition: batch.partition, offset }] }] });
        if (Number(crashAfter) > 0 && ++transactions > Number(crashAfter)) process.kill(process.pid, 'SIGKILL');
        await transaction.commit();
        resolveOffset(taken.at(-1).offset);
        await heartbeat();
        last = Date.now();
      }
    },
  });
  while (last === null || Date.now() - last < 8000) await new Promise((done) => setTimeout(done, 100));
  await consumer.disconnect();
});

async function main([bootstrap, verb, ...rest]) {
  const kafka = new Kafka({ clientId: 'conformance-kafkajs', brokers: [bootstrap], logLevel: logLevel.ERROR });
  if (verb === 'version') console.log([require('kafkajs/package.json').version, ...missing].join('\n'));
  else if (verb === 'create') await create(kafka, ...rest);
  else if (verb === 'produce') await produce(kafka, ...rest);
  else if (verb === 'consume') await consume(kafka, rest[0], rest.slice(1));
  else if (verb === 'time') await time(kafka, ...rest);
  else if (verb === 'admin') await administrate(kafka, ...rest);
  else if (verb === 'drop') await drop(kafka, ...rest);
  else if (verb === 'transact') await transact(kafka, ...rest);
  else if (verb === 'transform') await transform(kafka, ...rest);
  else throw new Error(`unknown verb ${verb}`);
}

main(process.argv.slice(2)).catch((error) => { console.error(error); process.exit(1); });
