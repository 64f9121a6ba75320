// `edgefit explain`: the arithmetic that was really done, written out.
//
//   kv_cache = 1.00 GiB   [llamacpp.kv.full]
//       = layers * cells * (k_row + v_row)
//       = 1,073,741,824 B
//       layers      32   file: model.gguf: llama.block_count
//       k_row  2,048 B   derived: below
#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "edgefit/text.h"
#include "report/page.h"
#include "report/table.h"
#include "report/why.h"
#include "report/words.h"

namespace edgefit {
namespace {

/// Sizes and speeds as people say them, beside the exact value.
std::string show_rounded(double value, const char* unit) {
  const std::string_view name = unit;
  if (name == kUnitName<Bytes::unit> && value >= kMiB) return show(Bytes{value});
  if (name == kUnitName<TokensPerSecond::unit>) return show(TokensPerSecond{value});
  return show_exact(value, unit);
}

std::string origin_text(const Node& input) {
  if (input.op == Node::Op::name) return tr("derived: see below");
  std::string text = tr(name_of(input.origin.kind));
  if (!input.origin.text.empty()) text += ": " + printable(tr(input.origin.text.c_str()));
  return text;
}

void print_block(Page& page, const Node& node, std::string_view title) {
  const std::string name = printable(title.empty() ? std::string_view(node.name) : title);
  std::string head = fmt::format("{} = {}", name, show_rounded(node.value, node.unit));
  if (!node.rule.empty()) head += fmt::format("   [{}]", node.rule);
  page.paragraph({{""}}, head);
  const std::string formula = printable(formula_of(node));
  if (formula != name) page.paragraph({{"    = "}}, formula);
  const std::string exact = show_exact(node.value, node.unit);
  if (exact != show_rounded(node.value, node.unit)) page.line("    = " + exact);
  Table table({{Column::Align::left, 0, true}, {Column::Align::right}, {Column::Align::left, 0, true}});
  for (const Node* input : parts_of(node)) {
    table.row({{printable(input->name)}, {show_exact(input->value, input->unit)}, {origin_text(*input)}});
  }
  if (!table.empty()) table.print(page, 4);
}

}  // namespace

std::string render_explanation(const Node& figure, const Style& style, std::string_view title) {
  Page page(style);
  std::vector<const Node*> todo{&figure};
  const auto known = [&todo](const Node* part) {
    return std::any_of(todo.begin(), todo.end(), [part](const Node* other) {
      return other == part || (other->name == part->name && other->value == part->value);
    });
  };
  for (size_t i = 0; i < todo.size(); ++i) {
    page.gap();
    print_block(page, *todo[i], i == 0 ? title : std::string_view());
    for (const Node* part : parts_of(*todo[i])) {
      if (part->op == Node::Op::name && !known(part)) todo.push_back(part);
    }
  }
  return std::move(page).text();
}

}  // namespace edgefit
