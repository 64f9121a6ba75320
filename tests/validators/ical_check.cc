// ical_check FILE: libical's parser and its table of restrictions (RFC 5546, 3) over a calendar. Prints what they
// object to; exit code 1 when there is something, or when no component was found.
#include <libical/ical.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

namespace {

int complaints(icalcomponent* component) {
  int found = 0;
  for (auto* property = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY); property != nullptr;
       property = icalcomponent_get_next_property(component, ICAL_XLICERROR_PROPERTY)) {
    const char* text = icalproperty_get_xlicerror(property);
    // METHOD:PUBLISH is added below only to make the restrictions apply; its ORGANIZER is none of ours.
    if (std::strstr(text, "ORGANIZER") != nullptr) continue;
    std::printf("%s: %s\n", icalcomponent_kind_to_string(icalcomponent_isa(component)), text);
    ++found;
  }
  for (auto* inner = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT); inner != nullptr;
       inner = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT))
    found += complaints(inner);
  return found;
}

/// libical 3.0 looks at the first component of a calendar only, and at most of the table only where there is a method.
int check_alone(icalcomponent* component) {
  icalcomponent* calendar = icalcomponent_vanew(ICAL_VCALENDAR_COMPONENT, icalproperty_new_version("2.0"),
                                                icalproperty_new_prodid("-//check//EN"),
                                                icalproperty_new_method(ICAL_METHOD_PUBLISH), nullptr);
  icalcomponent_add_component(calendar, icalcomponent_new_clone(component));
  icalrestriction_check(calendar);
  const int found = complaints(calendar);
  icalcomponent_free(calendar);
  return found;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ifstream in(argv[1], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  icalcomponent* calendar = icalparser_parse_string(text.c_str());
  if (calendar == nullptr || icalcomponent_isa(calendar) != ICAL_VCALENDAR_COMPONENT) {
    std::puts("no calendar");
    return 1;
  }
  icalrestriction_check(calendar);
  int parts = 0, found = complaints(calendar);
  for (const auto kind : {ICAL_VEVENT_COMPONENT, ICAL_VTODO_COMPONENT})
    for (auto* part = icalcomponent_get_first_component(calendar, kind); part != nullptr;
         part = icalcomponent_get_next_component(calendar, kind)) {
      found += check_alone(part);
      ++parts;
    }
  std::printf("%d components, %d complaints\n", parts, found);
  icalcomponent_free(calendar);
  return parts > 0 && found == 0 ? 0 : 1;
}
