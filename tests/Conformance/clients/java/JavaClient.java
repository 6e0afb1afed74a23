import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka's Java client, one verb a run: BOOTSTRAP time|admin|drop|transact|consumer-protocol|transform ARGUMENTS. */
public final class JavaClient {
  private static final int TRANSACTION_RECORDS = 20;
  private static final long IDLE_MS = 8000;

  private JavaClient() {
  }

  public static void main(String[] arguments) throws Exception {
    String bootstrap = arguments[0];
    switch (arguments[1]) {
      case "time" -> time(bootstrap, arguments[2], Long.parseLong(arguments[3]));
      case "admin" -> administrate(bootstrap, arguments[2]);
      case "drop" -> drop(bootstrap, arguments[2]);
      case "transact" -> transact(bootstrap, arguments[2], arguments[3]);
      case "consumer-protocol" -> consumerProtocol(bootstrap, arguments[2], arguments[3], Integer.parseInt(arguments[4]));
      case "transform" -> transform(bootstrap, arguments[2], arguments[3], arguments[4], arguments[5], Integer.parseInt(arguments[6]));
      default -> throw new IllegalArgumentException(arguments[1]);
    }
  }

  private static KafkaConsumer<String, String> consumer(String bootstrap, String... pairs) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrap);
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    properties.put("enable.auto.commit", "false");
    for (int i = 0; i < pairs.length; i += 2) {
      properties.put(pairs[i], pairs[i + 1]);
    }
    return new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
  }

  private static KafkaProducer<String, String> producer(String bootstrap, String transactionalId) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrap);
    properties.put("transactional.id", transactionalId);
    properties.put("transaction.timeout.ms", "10000");
    return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
  }

  private static Admin admin(String bootstrap) {
    return Admin.create(Map.of("bootstrap.servers", bootstrap));
  }

  private static void time(String bootstrap, String topic, long timestamp) {
    try (KafkaConsumer<String, String> consumer = consumer(bootstrap)) {
      TopicPartition partition = new TopicPartition(topic, 0);
      System.out.println(consumer.offsetsForTimes(Map.of(partition, timestamp)).get(partition).offset());
    }
  }

  private static void administrate(String bootstrap, String topic) throws Exception {
    try (Admin admin = admin(bootstrap)) {
      admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1).configs(Map.of("retention.ms", "1234567")))).all().get();
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(4))).all().get();
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
      AlterConfigOp change = new AlterConfigOp(new ConfigEntry("retention.ms", "7654321"), AlterConfigOp.OpType.SET);
      admin.incrementalAlterConfigs(Map.of(resource, (Collection<AlterConfigOp>) List.of(change))).all().get();
      System.out.println(admin.describeConfigs(List.of(resource)).all().get().get(resource).get("retention.ms").value());
    }
  }

  private static void drop(String bootstrap, String topic) throws Exception {
    try (Admin admin = admin(bootstrap)) {
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  private static void transact(String bootstrap, String topic, String transactionalId) {
    try (KafkaProducer<String, String> producer = producer(bootstrap, transactionalId)) {
      producer.initTransactions();
      send(producer, topic, "committed", 0);
      producer.commitTransaction();
      send(producer, topic, "aborted", 0);
      producer.flush();
      producer.abortTransaction();
      send(producer, topic, "committed", 100);
      producer.commitTransaction();
    }
  }

  private static void send(KafkaProducer<String, String> producer, String topic, String word, int first) {
    producer.beginTransaction();
    for (int i = first; i < first + 100; i++) {
      producer.send(new ProducerRecord<>(topic, 0, null, word + "-" + i));
    }
  }

  private static void consumerProtocol(String bootstrap, String group, String topic, int count) {
    try (KafkaConsumer<String, String> consumer = consumer(bootstrap, "group.protocol", "consumer", "group.id", group)) {
      consumer.subscribe(List.of(topic));
      for (int seen = 0; seen < count;) {
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(200));
        records.forEach(record -> System.out.println(record.value()));
        seen += records.count();
      }
      consumer.commitSync();
    }
  }

  private static void transform(String bootstrap, String input, String output, String group, String transactionalId, int crashAfter) {
    try (KafkaProducer<String, String> producer = producer(bootstrap, transactionalId);
        KafkaConsumer<String, String> consumer = consumer(bootstrap, "group.id", group, "session.timeout.ms", "6000",
            "heartbeat.interval.ms", "1000", "max.poll.records", String.valueOf(TRANSACTION_RECORDS))) {
      producer.initTransactions();
      consumer.subscribe(List.of(input));
      int done = 0;
      boolean any = false;
      for (long last = System.currentTimeMillis(); !any || System.currentTimeMillis() - last < IDLE_MS;) {
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(200));
        any |= !consumer.assignment().isEmpty();
        if (records.isEmpty()) {
          continue;
        }
        last = System.currentTimeMillis();
        producer.beginTransaction();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (ConsumerRecord<String, String> record : records) {
          producer.send(new ProducerRecord<>(output, 0, null, record.value() + "!"));
          offsets.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        if (crashAfter > 0 && ++done > crashAfter) {
          producer.flush();
          Runtime.getRuntime().halt(137);
        }
        producer.commitTransaction();
      }
    }
  }
}
