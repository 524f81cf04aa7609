import smsutil
from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.klientbox.lib import sms_parts
from odoo.tests.common import BaseCase, tagged

PLAIN = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà"
EXTENDED = "^{}\\[~]|€\f"
TEXTS = st.one_of(
    st.text(alphabet=PLAIN + EXTENDED * 6, max_size=700),
    st.text(alphabet=PLAIN + EXTENDED + "ěš😀" * 5, max_size=300),
    st.text(max_size=300),
    # Near the edges of parts.
    st.builds(
        lambda before, middle, after: "a" * before + middle + "a" * after,
        st.integers(60, 320),
        st.text(alphabet="[€ě😀", max_size=3),
        st.integers(0, 320),
    ),
)


@tagged("post_install", "-at_install")
class TestSmsParts(BaseCase):
    @settings(max_examples=500, deadline=None, derandomize=True)
    @given(TEXTS)
    def test_any_text_has_as_many_parts_as_a_library_cuts_it_into(self, text):
        self.assertEqual(sms_parts.count(text), len(smsutil.split(text).parts) if text else 0)

    @settings(max_examples=500, deadline=None, derandomize=True)
    @given(TEXTS)
    def test_as_many_letters_as_are_left_cost_nothing_and_one_more_does(self, text):
        text = text or "a"
        # A letter of the text's own alphabet, which does not make one SMS of the other.
        letters = "a" * sms_parts.left(text)
        self.assertEqual(sms_parts.count(text + letters), sms_parts.count(text))
        self.assertGreater(sms_parts.count(text + letters + "a"), sms_parts.count(text))
