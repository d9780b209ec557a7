#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "converter/io/file.h"
#include "platforms/platform.h"
#include "tools/command.h"

namespace linnet::tools {
namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
  std::string model;
  std::vector<std::string> inputs;
  double seconds = 2;
  std::string profile;
  RunOptions run;
  bool json = false;
};

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double peak_memory_mb() { return static_cast<double>(platform::peak_resident_bytes()) / 1e6; }

// Times of one kind of op, summed over the profiled runs.
struct OpTotal {
  int steps = 0;
  double ms = 0;
  uint64_t macs = 0;
};

struct Profile {
  std::vector<double> step_ms;                      // by step, summed over runs
  nlohmann::json events = nlohmann::json::array();  // Chrome trace events of the last run
  int runs = 0;
};

int observe(void* user, const linnet_step* step) {
  Profile& profile = *static_cast<Profile*>(user);
  const size_t index = static_cast<size_t>(step->index);
  if (profile.step_ms.size() <= index) profile.step_ms.resize(index + 1, 0);
  profile.step_ms[index] += static_cast<double>(step->duration_ns) / 1e6;
  profile.events.push_back(
      {{"name", step->op},
       {"cat", step->kernel},
       {"ph", "X"},
       {"pid", 1},
       {"tid", 1},
       {"ts", static_cast<double>(step->start_ns) / 1e3},
       {"dur", static_cast<double>(step->duration_ns) / 1e3},
       {"args", {{"node", step->node}, {"kernel", step->kernel}, {"macs", step->macs}}}});
  return 0;
}

struct Timing {
  double load_ms = 0, plan_ms = 0, first_ms = 0;
  double median_ms = 0, p90_ms = 0, min_ms = 0;
  size_t runs = 0;
};

Timing time_runs(linnet_session* session, double seconds) {
  Timing timing;
  const Clock::time_point first = Clock::now();
  check(linnet_session_run(session, 0));
  timing.first_ms = ms_since(first);
  check(linnet_session_run(session, 0));
  std::vector<double> times;
  const Clock::time_point begin = Clock::now();
  while (times.size() < 3 || ms_since(begin) < seconds * 1e3) {
    const Clock::time_point start = Clock::now();
    check(linnet_session_run(session, 0));
    times.push_back(ms_since(start));
  }
  std::sort(times.begin(), times.end());
  timing.runs = times.size();
  timing.min_ms = times.front();
  timing.median_ms = times[times.size() / 2];
  timing.p90_ms = times[times.size() * 9 / 10];
  return timing;
}

Profile profile_runs(linnet_session* session) {
  Profile profile;
  linnet_session_set_observer(session, observe, &profile);
  for (int i = 0; i < 5; ++i) {
    profile.events.clear();
    check(linnet_session_run(session, 0));
    ++profile.runs;
  }
  linnet_session_set_observer(session, nullptr, nullptr);
  return profile;
}

// Totals by "op, kernel", largest first.
std::vector<std::pair<std::string, OpTotal>> totals(const linnet_session* session,
                                                    const Profile& profile) {
  std::map<std::string, OpTotal> by_op;
  for (int32_t i = 0; i < linnet_session_step_count(session); ++i) {
    linnet_step step;
    check(linnet_session_step(session, i, &step));
    OpTotal& total = by_op[fmt::format("{} ({})", step.op, step.kernel)];
    ++total.steps;
    total.macs += step.macs;
    total.ms += static_cast<size_t>(i) < profile.step_ms.size()
                    ? profile.step_ms[static_cast<size_t>(i)] / profile.runs
                    : 0;
  }
  std::vector<std::pair<std::string, OpTotal>> sorted(by_op.begin(), by_op.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.ms > b.second.ms; });
  return sorted;
}

void print_text(const Arguments& arguments, const Timing& timing, const linnet_memory& memory,
                const std::vector<std::pair<std::string, OpTotal>>& ops) {
  fmt::print("{}\n", arguments.model);
  fmt::print("  median {:.3f} ms   p90 {:.3f} ms   min {:.3f} ms   ({} runs)\n", timing.median_ms,
             timing.p90_ms, timing.min_ms, timing.runs);
  fmt::print("  load {:.2f} ms   plan {:.2f} ms   first run {:.2f} ms\n", timing.load_ms,
             timing.plan_ms, timing.first_ms);
  fmt::print(
      "  arena {}   prepared {}   shared {}   weights {}   peak of the process {:.1f} MB\n\n",
      bytes_text(memory.arena), bytes_text(memory.prepared), bytes_text(memory.shared),
      bytes_text(memory.weights), peak_memory_mb());
  double sum = 0;
  for (const auto& [name, total] : ops) sum += total.ms;
  fmt::print("  {:<52} {:>5} {:>10} {:>7} {:>9}\n", "op (kernel)", "steps", "ms", "share",
             "GMAC/s");
  for (const auto& [name, total] : ops) {
    const std::string rate =
        total.macs != 0 && total.ms > 0
            ? fmt::format("{:.1f}", static_cast<double>(total.macs) / total.ms / 1e6)
            : "";
    fmt::print("  {:<52.52} {:>5} {:>10.3f} {:>6.1f}% {:>9}\n", name, total.steps, total.ms,
               sum > 0 ? 100 * total.ms / sum : 0, rate);
  }
}

void print_json(const Arguments& arguments, const Timing& timing, const linnet_memory& memory,
                const std::vector<std::pair<std::string, OpTotal>>& ops) {
  nlohmann::json json = {{"model", arguments.model},          {"threads", arguments.run.threads},
                         {"median_ms", timing.median_ms},     {"p90_ms", timing.p90_ms},
                         {"min_ms", timing.min_ms},           {"runs", timing.runs},
                         {"load_ms", timing.load_ms},         {"plan_ms", timing.plan_ms},
                         {"first_ms", timing.first_ms},       {"arena_bytes", memory.arena},
                         {"prepared_bytes", memory.prepared}, {"shared_bytes", memory.shared},
                         {"weight_bytes", memory.weights},    {"peak_memory_mb", peak_memory_mb()}};
  for (const auto& [name, total] : ops) {
    json["ops"].push_back(
        {{"op", name}, {"steps", total.steps}, {"ms", total.ms}, {"macs", total.macs}});
  }
  // The model's path need not be UTF-8.
  fmt::print("{}\n", json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void bench_model(const Arguments& arguments, linnet_model* model, double load_ms) {
  const Clock::time_point plan_start = Clock::now();
  const SessionPtr session = create_session(model, arguments.run.session_options());
  feed_inputs(model, session.get(), arguments.inputs, parse_shapes(arguments.run.shapes), true);
  const double plan_ms = ms_since(plan_start);

  Timing timing = time_runs(session.get(), arguments.seconds);
  timing.load_ms = load_ms;
  timing.plan_ms = plan_ms;
  const Profile profile = profile_runs(session.get());
  linnet_memory memory;
  check(linnet_session_memory(session.get(), &memory));
  const auto ops = totals(session.get(), profile);
  if (!arguments.profile.empty()) {
    const std::string trace =
        nlohmann::json{{"traceEvents", profile.events}, {"displayTimeUnit", "ms"}}.dump();
    write_file(arguments.profile, trace.data(), trace.size());
  }
  if (arguments.json) {
    print_json(arguments, timing, memory, ops);
  } else {
    print_text(arguments, timing, memory, ops);
  }
}

void run_bench(const Arguments& arguments) {
  const Clock::time_point start = Clock::now();
  const ModelPtr model = open_model(arguments.model);
  const double load_ms = ms_since(start);
  about_model(arguments.model, [&] { bench_model(arguments, model.get(), load_ms); });
}

}  // namespace

void add_bench(CLI::App& app) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("bench", "Time a model, op by op");
  command->footer("Example: linnet bench net.lnt --threads 1 --seconds 5 --profile trace.json");
  command->add_option("model", arguments->model)->type_name("MODEL.lnt")->required();
  command
      ->add_option("--input", arguments->inputs,
                   "NAME=FILE; inputs without one get fixed random values")
      ->allow_extra_args(false);
  command->add_option("--seconds", arguments->seconds, "How long to measure")
      ->check(number_between(0, 3600))
      ->capture_default_str();
  command->add_option("--profile", arguments->profile, "Write one run as Chrome trace events")
      ->type_name("TRACE.json");
  command->add_flag("--json", arguments->json, "Print the figures as JSON");
  arguments->run.add_to(*command);
  command->callback([arguments] { run_bench(*arguments); });
}

}  // namespace linnet::tools
