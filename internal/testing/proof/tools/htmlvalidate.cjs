// The profile of a mail's HTML: everything html-validate recommends, but for
// what mail clients need, each with its reason.
const kept = { deprecated: false };

module.exports = {
  root: true,
  extends: ["html-validate:recommended"],
  elements: [
    "html5",
    {
      // Outlook's Word engine reads sizes, alignment and grounds off the
      // attributes of HTML 4; every other attribute that is deprecated is an error.
      table: { attributes: { align: kept, bgcolor: kept, cellpadding: kept, cellspacing: kept, width: kept, border: kept } },
      td: { attributes: { align: kept, bgcolor: kept, height: kept, valign: kept, width: kept } },
    },
  ],
  rules: {
    // Many clients keep no style sheet: styles stand in the elements.
    "no-inline-style": "off",
    // What Outlook on Windows alone reads stands in them.
    "no-conditional-comment": "off",
    // Outlook knows no article element; the role is for those who hear the mail.
    "prefer-native-element": ["error", { exclude: ["article"] }],
    // The title is the subject, which has a limit of its own.
    "long-title": "off",
    // Void elements are written as in XHTML, <img/>, which HTML allows.
    "void-style": ["error", { style: "selfclosing" }],
  },
};
