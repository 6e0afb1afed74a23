using System.Collections;
using Deterministic.Host.Options;
using Deterministic.Server.Configs;

namespace Deterministic.Host.Tests.Options;

public sealed class NodeOptionsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("KAFKA_LISTENERS", "listeners")]
    [InlineData("KAFKA_NUM_PARTITIONS", "num.partitions")]
    [InlineData("KAFKA_LISTENER_NAME_A__B_SASL", "listener.name.a_b.sasl")]
    [InlineData("KAFKA_X___Y", "x-y")]
    public void A_variable_names_a_key_as_in_the_images_of_Kafka(string variable, string key) =>
        Assert.Equal(key, EnvironmentProperties.KeyOf(variable));

    [Fact]
    public void Set_is_stronger_than_the_environment_and_that_than_the_file()
    {
        File.WriteAllText(_file, "num.partitions=2\nmessage.max.bytes=3\nfetch.max.bytes=4000\n");
        var options = NodeOptions.Read(
            _file, ["num.partitions=7"], new Hashtable { ["KAFKA_NUM_PARTITIONS"] = "5", ["KAFKA_MESSAGE_MAX_BYTES"] = "6" });
        Assert.Equal((7, 6, 4000), (options.Config.NumPartitions, options.Config.MessageMaxBytes, options.Config.FetchMaxBytes));
        Assert.Empty(options.Warnings);
    }

    [Fact]
    public void Unknown_keys_get_one_warning_that_names_them_and_what_was_meant()
    {
        var options = NodeOptions.Read(null, ["num.partition=1", "zookeeper.connect=x"], new Hashtable());
        Assert.Equal(
            "These config keys are unknown and have no effect: num.partition (did you mean num.partitions?), zookeeper.connect",
            Assert.Single(options.Warnings));
    }

    [Fact]
    public void Variables_that_are_for_scripts_are_no_keys()
    {
        var options = NodeOptions.Read(null, [], new Hashtable { ["KAFKA_HEAP_OPTS"] = "-Xmx1G", ["CLUSTER_ID"] = "abc", ["PATH"] = "/bin" });
        Assert.Empty(options.Warnings);
        Assert.Equal("abc", options.ClusterId);
    }

    [Fact]
    public void The_data_folder_is_absolute_and_called_data_without_a_setting()
    {
        var options = NodeOptions.Read(null, [], new Hashtable());
        Assert.Equal(Path.GetFullPath("data"), Assert.Single(options.Config.LogDirs));
        Assert.Equal([Path.GetFullPath("a"), Path.GetFullPath("b")], NodeOptions.Read(null, ["log.dirs=a, b"], new Hashtable()).Config.LogDirs);
    }

    [Fact]
    public void An_assignment_without_a_value_is_refused()
    {
        var error = Assert.Throws<ConfigException>(() => NodeOptions.Read(null, ["num.partitions"], new Hashtable()));
        Assert.Contains("write it as key=value", error.Message, StringComparison.Ordinal);
    }
}
