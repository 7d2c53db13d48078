import ArgumentParser

@main
struct FollowBenchmark: AsyncParsableCommand {}
