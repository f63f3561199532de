import type { PasswordProblem } from "../sign_in/password_rules.ts";
import type { Catalogue, Translated } from "./translated.ts";

const ENGLISH = {
  signInTitle: "Sign in",
  userName: "Name",
  password: "Password",
  signIn: "Sign in",
  signInWrong: "Name or password is wrong.",
  signInThrottled: (wait: string) => `Too many tries. Wait ${wait} and try again.`,
  signInExpired:
    "This one-time password is more than a day old. Restart the gateway: it prints a new one.",
  signInBusy: "Many people are signing in right now. Try again in a moment.",
  signInHint:
    "The first password was shown where the gateway was started. An administrator can reset yours.",
  waitSeconds: (seconds: number) => seconds === 1 ? "1 second" : `${seconds} seconds`,
  waitMinutes: (minutes: number) => minutes === 1 ? "1 minute" : `${minutes} minutes`,
  passwordTitle: "Change password",
  passwordForced: "Choose a password of your own before you go on.",
  oldPassword: "Present password",
  newPassword: "New password",
  newPasswordHint:
    "At least 12 characters. Three or four words that do not belong together are good.",
  repeatPassword: "New password again",
  passwordProblems: {
    "too-short": "The new password has fewer than 12 characters.",
    "too-long": "The new password has more than 128 characters.",
    "too-easy": "The new password is too easy to guess. Choose words that nobody would expect.",
    same: "The new password is the present one.",
    different: "The two new passwords are not the same.",
  } satisfies Record<PasswordProblem | "same" | "different", string>,
  oldPasswordWrong: "The present password is wrong.",
  passwordChanged: "Your password is changed. Your other sessions were signed out.",
};

/** What is said on the way in: names, passwords. */
export type SignInText = Translated<typeof ENGLISH>;

const MARATHI: SignInText = {
  signInTitle: "साइन इन",
  userName: "नाव",
  password: "पासवर्ड",
  signIn: "साइन इन करा",
  signInWrong: "नाव किंवा पासवर्ड चुकीचा आहे.",
  signInThrottled: (wait) => `फार प्रयत्न झाले. ${wait} थांबून पुन्हा प्रयत्न करा.`,
  signInExpired: "हा एकदाच चालणारा पासवर्ड एका दिवसापेक्षा जुना आहे. गेटवे रीस्टार्ट करा: तो नवा दाखवेल.",
  signInBusy: "आत्ता बरेच जण साइन इन करत आहेत. थोड्या वेळाने पुन्हा प्रयत्न करा.",
  signInHint: "पहिला पासवर्ड गेटवे सुरू केला तिथे दाखवला गेला. प्रशासक तुमचा पासवर्ड नव्याने देऊ शकतो.",
  waitSeconds: (seconds) => seconds === 1 ? "1 सेकंद" : `${seconds} सेकंद`,
  waitMinutes: (minutes) => minutes === 1 ? "1 मिनिट" : `${minutes} मिनिटे`,
  passwordTitle: "पासवर्ड बदला",
  passwordForced: "पुढे जाण्याआधी स्वतःचा पासवर्ड निवडा.",
  oldPassword: "आत्ताचा पासवर्ड",
  newPassword: "नवा पासवर्ड",
  newPasswordHint: "किमान 12 अक्षरे. एकमेकांशी संबंध नसलेले तीन-चार शब्द चांगले.",
  repeatPassword: "नवा पासवर्ड पुन्हा",
  passwordProblems: {
    "too-short": "नव्या पासवर्डमध्ये 12 पेक्षा कमी अक्षरे आहेत.",
    "too-long": "नव्या पासवर्डमध्ये 128 पेक्षा जास्त अक्षरे आहेत.",
    "too-easy": "नवा पासवर्ड ओळखायला सोपा आहे. कोणालाही सुचणार नाहीत असे शब्द निवडा.",
    same: "नवा पासवर्ड आत्ताचाच आहे.",
    different: "दोन्ही नवे पासवर्ड सारखे नाहीत.",
  },
  oldPasswordWrong: "आत्ताचा पासवर्ड चुकीचा आहे.",
  passwordChanged: "तुमचा पासवर्ड बदलला. तुमची इतर सत्रे साइन आउट झाली.",
};

const HINDI: SignInText = {
  signInTitle: "साइन इन",
  userName: "नाम",
  password: "पासवर्ड",
  signIn: "साइन इन करें",
  signInWrong: "नाम या पासवर्ड ग़लत है.",
  signInThrottled: (wait) => `बहुत कोशिशें हुईं. ${wait} रुककर फिर कोशिश करें.`,
  signInExpired: "यह एक बार चलने वाला पासवर्ड एक दिन से पुराना है. गेटवे रीस्टार्ट करें: वह नया दिखाएगा.",
  signInBusy: "अभी बहुत लोग साइन इन कर रहे हैं. थोड़ी देर में फिर कोशिश करें.",
  signInHint: "पहला पासवर्ड वहाँ दिखाया गया जहाँ गेटवे शुरू किया गया. प्रशासक आपका पासवर्ड नया दे सकता है.",
  waitSeconds: (seconds) => `${seconds} सेकंड`,
  waitMinutes: (minutes) => `${minutes} मिनट`,
  passwordTitle: "पासवर्ड बदलें",
  passwordForced: "आगे बढ़ने से पहले अपना पासवर्ड चुनें.",
  oldPassword: "मौजूदा पासवर्ड",
  newPassword: "नया पासवर्ड",
  newPasswordHint: "कम से कम 12 अक्षर. तीन-चार ऐसे शब्द अच्छे हैं जिनका आपस में संबंध न हो.",
  repeatPassword: "नया पासवर्ड फिर से",
  passwordProblems: {
    "too-short": "नए पासवर्ड में 12 से कम अक्षर हैं.",
    "too-long": "नए पासवर्ड में 128 से अधिक अक्षर हैं.",
    "too-easy": "नया पासवर्ड भाँपना आसान है. ऐसे शब्द चुनें जो किसी को न सूझें.",
    same: "नया पासवर्ड मौजूदा ही है.",
    different: "दोनों नए पासवर्ड एक जैसे नहीं हैं.",
  },
  oldPasswordWrong: "मौजूदा पासवर्ड ग़लत है.",
  passwordChanged: "आपका पासवर्ड बदल गया. आपके दूसरे सत्र साइन आउट हो गए.",
};

export const SIGN_IN_TEXT: Catalogue<SignInText> = { en: ENGLISH, mr: MARATHI, hi: HINDI };
